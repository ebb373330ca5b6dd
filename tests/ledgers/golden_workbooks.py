"""
One small ledger as forty programs, versions and habits would hand it in.

``VARIANTS`` maps a name to a function that returns the file; each says the same as ``ROWS``.
"""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from ledgers.workbook import PROMISES, RECEIPTS, SHEETS, SUGGESTIONS, names_of
from tests.common.files import repacked
from tests.common.programs import stored, streamed
from tests.common.workbooks import OFFICE
from tests.factories.ledgers import case_row, receipt_row

COUNT = 12
TITLES = (
    "关于增设充电桩的建议",
    "关于“一老一小”照护的建议\n（第二稿）",
    "关于推进𠮷田路改造的建议",
)
DAYS = (
    "提出日期",
    "交办日期",
    "应办复日期",
    "签收日期",
    "答复日期",
    "反馈日期",
    "承诺日期",
    "完成时限",
)
NUMBERS = ("联名人数", "公开答复数", "轮次", "退办次数", "结转年度")
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _case(n):
    return case_row(
        f"第{n:04d}号",
        标题=TITLES[n % 3],
        联名人数=n,
        提出日期=date(2023, 2, 20),
        应办复日期=date(2023, 6, 1),
        重点督办="是" if n % 2 else "否",
        备注="=1+1" if n == 1 else "０１２" if n == 2 else f"备注 {n}",
    )


def _receipt(n):
    return receipt_row(
        f"第{n:04d}号",
        签收日期=date(2023, 3, 2),
        答复日期=date(2023, 5, 20),
        答复文号=f"市交函〔2023〕{n}号",
        结果类别="A",
    )


ROWS = {
    SUGGESTIONS: [_case(n) for n in range(1, COUNT + 1)],
    RECEIPTS: [_receipt(n) for n in range(1, COUNT + 1)],
    PROMISES: [
        {
            "编号": "第0003号",
            "承办单位": "市交通运输局",
            "承诺内容": "年内建成",
            "承诺日期": date(2023, 5, 20),
            "完成时限": date(2023, 12, 31),
            "结转年度": 2023,
        }
    ],
}


def book(value: Callable = lambda name, value: value, order: Callable = list):
    """The ledger as a workbook of openpyxl, each value through a function of its heading."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title in SHEETS:
        page = made.create_sheet(title)
        headings = order(names_of(title))
        page.append(headings)
        for row in ROWS[title]:
            page.append([value(name, row.get(name)) for name in headings])
            for cell in page[page.max_row]:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    return made


def bytes_of(made) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def written(**how) -> Callable[[], bytes]:
    """The ledger with its values written in another way."""
    return lambda: bytes_of(book(**how))


def arranged(change: Callable) -> Callable[[], bytes]:
    """The ledger with each of its sheets changed."""

    def make() -> bytes:
        made = book()
        for page in made:
            change(page)
        return bytes_of(made)

    return make


def patched(pattern: str, by, part: str = r"xl/worksheets/sheet\d\.xml") -> Callable[[], bytes]:
    """The ledger with the XML of its parts changed; it must change something."""

    def make() -> bytes:
        content, changed = bytes_of(book()), {}
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                if re.fullmatch(part, name):
                    old = archive.read(name).decode()
                    new = re.sub(pattern, by, old, flags=re.DOTALL)
                    assert new != old, name
                    changed[name] = lambda _, new=new: new.encode()
        assert changed
        return repacked(content, changed)

    return make


def days_as(write: Callable) -> Callable[[], bytes]:
    return written(value=lambda name, day: write(day) if name in DAYS and day else day)


def numbers_as(write: Callable) -> Callable[[], bytes]:
    return written(
        value=lambda name, number: (
            write(number) if name in NUMBERS and number is not None else number
        )
    )


def texts_as(write: Callable, *names: str) -> Callable[[], bytes]:
    return written(
        value=lambda name, text: (
            write(text) if isinstance(text, str) and (not names or name in names) else text
        )
    )


def _full_width(value) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in str(value))


def _hide_rows(page) -> None:
    for number in range(3, page.max_row, 2):
        page.row_dimensions[number].hidden = True


def _filter(page) -> None:
    page.auto_filter.ref = page.dimensions
    page.auto_filter.add_filter_column(0, ["第0001号"])
    _hide_rows(page)


def _merge(page) -> None:
    # A clerk merges the cells of a column in which all rows say the same.
    for name in ("届次会议", "归口系统"):
        for cell in page[1]:
            if cell.value == name and page.max_row > 2:
                letter = cell.column_letter
                page.merge_cells(f"{letter}2:{letter}{page.max_row}")


def _gaps(page) -> None:
    for number in range(page.max_row, 2, -1):
        page.insert_rows(number)


def _format_far_below(page) -> None:
    for number in (2_000, 49_000):
        page.cell(number, 3).fill = PatternFill("solid", fgColor="FFFF00")


def _headings_broken(page) -> None:
    for cell in page[1]:
        cell.value = f" {cell.value[:2]}\n{cell.value[2:]} "


def _headings_wide(page) -> None:
    for cell in page[1]:
        cell.value = f"\ufeff{cell.value}\u3000"


def _dressed(page) -> None:
    page.freeze_panes = "C2"
    page.protection.sheet = True
    page["A2"].protection = Protection(locked=False)
    page["A2"].comment = Comment("请核对", "工委")
    choice = DataValidation(type="list", formula1='"是,否"')
    page.add_data_validation(choice)
    choice.add("X2:X99")


def _grouped(page) -> None:
    page.row_dimensions.group(2, page.max_row, hidden=True)
    page.column_dimensions.group("B", "C", hidden=True)


def _as_table(page) -> None:
    reach = f"A1:{get_column_letter(page.max_column)}{page.max_row}"
    page.add_table(Table(displayName=f"Table{page.parent.index(page)}", ref=reach))


def _dated(number_format: str) -> Callable[[], bytes]:
    def change(page) -> None:
        for row in page.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, date):
                    cell.number_format = number_format

    return arranged(change)


def _with_more_sheets() -> bytes:
    made = book()
    made.create_sheet("说明", 0).append(["填写说明：", "不会被读取"])
    hidden = made.create_sheet("代码表")
    hidden.append(["A", "B"])
    hidden.sheet_state = "hidden"
    made.create_chartsheet("图")
    return bytes_of(made)


def _of_the_mac() -> bytes:
    made = book()
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    return bytes_of(made)


def _as_formulas() -> bytes:
    """Titles that are formulas with computed values, as look-ups in another sheet leave them."""
    return patched(
        r'<c r="D(\d+)"( s="\d+")? t="(?:s|inlineStr)">(?:<v>(\d+)</v>|<is><t>(.*?)</t></is>)</c>',
        lambda match: match[0] if match[1] == "1" else match[0].replace(">", "><f>A1</f>", 1),
        r"xl/worksheets/sheet1\.xml",
    )()


TEXT = re.compile(r't="inlineStr"><is><t(?: [^>]*)?>(.*?)</t></is>', re.DOTALL)
SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
OF_WORKBOOK = "xl/_rels/workbook.xml.rels"


def _in_shared_words(word: Callable[[str], str]) -> bytes:
    """Texts kept once in a part of their own, as Excel and WPS do."""
    words: list[str] = []

    def shared(match: re.Match[str]) -> str:
        words.append(word(match[1]))
        return f't="s"><v>{len(words) - 1}</v>'

    content = patched(TEXT.pattern, shared)()
    kind = OFFICE + "/sharedStrings"
    return repacked(
        content,
        {
            "xl/sharedStrings.xml": f'<sst xmlns="{SPACE}">{"".join(words)}</sst>'.encode(),
            "[Content_Types].xml": lambda part: part.replace(
                b"</Types>",
                b'<Override PartName="/xl/sharedStrings.xml" ContentType="%b"/></Types>'
                % SHARED.encode(),
            ),
            OF_WORKBOOK: lambda part: part.replace(
                b"</Relationships>",
                b'<Relationship Id="rIdS" Type="%b" Target="sharedStrings.xml"/></Relationships>'
                % kind.encode(),
            ),
        },
    )


def _shared() -> bytes:
    return _in_shared_words(lambda text: f'<si><t xml:space="preserve">{text}</t></si>')


def _in_runs() -> bytes:
    """Texts in several fonts, with the reading of characters beside them (phonetic runs)."""

    def in_runs(text: str) -> str:
        first, rest = re.match(r"(&[^;]+;|.)(.*)", text, re.DOTALL).groups()
        return (
            f'<si><r><rPr><b/></rPr><t xml:space="preserve">{first}</t></r>'
            f'<r><t xml:space="preserve">{rest}</t></r><rPh sb="0" eb="1"><t>zhù</t></rPh></si>'
        )

    return _in_shared_words(in_runs)


def _prefixed() -> bytes:
    """Every element with a prefix, as some writers of XML have it."""
    return patched(
        r"^(.*)$",
        lambda match: re.sub(
            r"<(/?)(?![?!])", r"<\1x:", match[1].replace('xmlns="', 'xmlns:x="', 1)
        ),
    )()


VARIANTS: dict[str, Callable[[], bytes]] = {
    "as it is": written(),
    "columns in reverse": written(order=lambda names: names[::-1]),
    "days with a time": days_as(
        lambda day: datetime(day.year, day.month, day.day, 9, 30)  # noqa: DTZ001
    ),
    "days in Chinese": days_as(lambda day: f"{day.year}年{day.month}月{day.day}日"),
    "days with dots": days_as(lambda day: f"{day.year}.{day.month:02d}.{day.day:02d}"),
    "days with strokes": days_as(lambda day: f"{day.year}/{day.month}/{day.day} "),
    "days without strokes": days_as(lambda day: f"{day:%Y%m%d}"),
    "days in full width": days_as(lambda day: _full_width(day.isoformat())),
    "days as numbers": days_as(lambda day: (day - date(1899, 12, 30)).days),
    "days as numbers in text": days_as(lambda day: str((day - date(1899, 12, 30)).days)),
    "days in a Chinese format": _dated('yyyy"年"m"月"d"日";@'),
    "days in the system's format": _dated("[$-804]aaaa;@"),
    "days of the other calendar": _of_the_mac,
    "numbers as text": numbers_as(str),
    "numbers in full width": numbers_as(_full_width),
    "numbers with a point": numbers_as(float),
    "numbers with spaces": numbers_as(lambda number: f"\u3000{number} "),
    "words in full width": texts_as(
        lambda text: f"\u3000{text}\xa0", "提出类型", "承办角色", "重点督办", "归口系统"
    ),
    "invisible characters": texts_as(lambda text: f"\ufeff{text}\u200b"),
    "trailing spaces": texts_as(lambda text: f" {text}  "),
    "lines of the other kind": texts_as(lambda text: text.replace("\n", "\r\n"), "标题"),
    "a mark for a line": texts_as(lambda text: text.replace("\n", "_x000D_\n"), "标题"),
    "hidden rows": arranged(_hide_rows),
    "filtered rows": arranged(_filter),
    "grouped and folded": arranged(_grouped),
    "merged cells": arranged(_merge),
    "empty rows between": arranged(_gaps),
    "formats far below": arranged(_format_far_below),
    "headings in two lines": arranged(_headings_broken),
    "headings with marks": arranged(_headings_wide),
    "protected, with comments and choices": arranged(_dressed),
    "as tables": arranged(_as_table),
    "more sheets and a chart": _with_more_sheets,
    "dimension too small": patched(r'<dimension ref="[^"]*" ?/>', '<dimension ref="A1"/>'),
    "dimension too large": patched(
        r'<dimension ref="[^"]*" ?/>', '<dimension ref="A1:XFD1048576"/>'
    ),
    "no dimension": patched(r'<dimension ref="[^"]*" ?/>', ""),
    "no places of cells": patched(r'<row r="\d+"([^>]*)>', r"<row\1>"),
    "texts in a part of their own": _shared,
    "texts in runs": _in_runs,
    "formulas with values": _as_formulas,
    "elements with a prefix": _prefixed,
    "streamed": lambda: streamed(bytes_of(book())),
    "not compressed": lambda: stored(bytes_of(book()), b"WPS"),
    "made at another hour": lambda: bytes_of(_stamped()),
}


def _stamped():
    made = book()
    made.properties.created = datetime(1999, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    made.properties.creator = "WPS 表格"
    return made
