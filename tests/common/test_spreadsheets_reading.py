"""Hostile workbooks are refused before parsing; benign ones lose no row and no cell."""

import io
import time
import warnings
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from common.containers import MEBIBYTE, Limits
from common.spreadsheets.reading import open_workbook
from common.spreadsheets.rows import Fault
from common.spreadsheets.source import WorkbookRefused
from common.spreadsheets.values import Unreadable, as_date, as_integer, as_text, as_yes_no
from tests.common.workbooks import (
    HEADER,
    MAIN,
    PARTS,
    ROWS,
    SHEET_MAIN,
    content_types,
    package,
    relationships,
    sheet,
    with_link,
)

SEVENTH_OF_APRIL = datetime(2023, 4, 7)  # noqa: DTZ001 -- a cell knows no zone
ENTITIES = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>'
)


def filled(rows, *, formats=None):
    """A workbook of openpyxl with one sheet 建议台账."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "建议台账"
    for row in rows:
        page.append(row)
    for cell, number_format in (formats or {}).items():
        page[cell].number_format = number_format
    file = io.BytesIO()
    book.save(file)
    return file


def read(file):
    with open_workbook(file) as book:
        rows = [dict(row.values) for row in book.sheet("建议台账")]
        return rows, book.faults


def crafted(part):
    return package({"xl/worksheets/sheet1.xml": part})


def renamed(name):
    """The minimal workbook with one more part whose name the zip module would not write."""
    raw = package({"xl/x" * 3: b"payload"}).getvalue()
    return io.BytesIO(raw.replace(b"xl/x" * 3, name))


def lying():
    """The minimal workbook whose directory gives a part far fewer bytes than it has."""
    raw = bytearray(package({"xl/media/a.bin": b"0" * 5000}).getvalue())
    at = raw.rindex(b"xl/media/a.bin") - 46
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return io.BytesIO(bytes(raw))


def in_a_legacy_format():
    return io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)


HOSTILE = {
    "nothing": (lambda: io.BytesIO(b""), "无法识别"),
    "no zip": (lambda: io.BytesIO(b"<html>not a workbook</html>"), "无法识别"),
    "old or encrypted format": (in_a_legacy_format, "旧版格式"),
    "cut in half": (lambda: io.BytesIO(package().getvalue()[:400]), "损坏"),
    "zip of something else": (
        lambda: package(dict.fromkeys(PARTS) | {"a.txt": "x"}),
        "损坏",
    ),
    "bomb": (lambda: package({"xl/media/zeros.bin": b"\0" * (210 * MEBIBYTE)}), "展开后超过200MB"),
    "dense part": (lambda: package({"xl/media/zeros.bin": b"\0" * (30 * MEBIBYTE)}), "压缩比"),
    "many members": (
        lambda: package({f"xl/media/{n}.png": b"x" for n in range(200)}),
        "超过200个",
    ),
    "macro part": (lambda: package({"xl/vbaProject.bin": b"x"}), "宏"),
    "macro type": (
        lambda: package(
            {
                "[Content_Types].xml": PARTS["[Content_Types].xml"].replace(
                    SHEET_MAIN, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
                )
            }
        ),
        "宏",
    ),
    "macro sheet": (lambda: package({"xl/macrosheets/sheet1.xml": sheet()}), "宏"),
    "embedded object": (lambda: package({"xl/embeddings/oleObject1.bin": b"x"}), "嵌入对象"),
    "hidden OLE file": (
        lambda: package({"xl/media/image1.png": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99}),
        "嵌入对象",
    ),
    "a program": (lambda: package({"xl/media/image1.png": b"MZ" + b"x" * 99}), "嵌入对象"),
    "control": (lambda: package({"xl/activeX/activeX1.xml": "<a/>"}), "控件"),
    "type of an OLE object": (
        lambda: package(
            {
                "[Content_Types].xml": content_types(
                    "application/vnd.openxmlformats-officedocument.oleObject"
                )
            }
        ),
        "嵌入对象",
    ),
    "external workbook": (
        lambda: package({"xl/externalLinks/externalLink1.xml": "<externalLink/>"}),
        "外部链接",
    ),
    "external picture": (
        lambda: package(
            {
                "xl/worksheets/_rels/sheet1.xml.rels": relationships(
                    "image", "https://evil.example/a.png"
                )
            }
        ),
        "外部内容",
    ),
    "address that runs": (
        lambda: package(
            {
                "xl/worksheets/_rels/sheet1.xml.rels": relationships(
                    "hyperlink", "file:///c:/run.exe"
                )
            }
        ),
        "外部内容",
    ),
    "DOCTYPE": (lambda: crafted(sheet().replace("<worksheet", f"{ENTITIES}<worksheet")), "DOCTYPE"),
    "DOCTYPE in UTF-16": (
        lambda: crafted(
            sheet()
            .replace("<worksheet", f"{ENTITIES}<worksheet")
            .replace("UTF-8", "UTF-16")
            .encode("utf-16")
        ),
        "UTF-8",
    ),
    "DOCTYPE in UTF-7": (
        lambda: crafted(
            b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE foo+AD4-<worksheet/>'
        ),
        "UTF-8",
    ),
    "DOCTYPE late in a part": (
        lambda: crafted(sheet(before="<!--" + "x" * 262_100 + "-->" + ENTITIES)),
        "DOCTYPE",
    ),
    "nested archive": (lambda: package({"xl/media/a.bin": package().getvalue()}), "压缩包"),
    "symbolic link": (with_link, "链接"),
    "climbing name": (lambda: renamed(b"../../../etc"), "路径"),
    "absolute name": (lambda: renamed(b"/etc/cron.d/"), "路径"),
    "backslash name": (lambda: renamed(b"..\\..\\aa.xml"), "路径"),
    "directory that lies": (lying, "损坏"),
    "row beyond the limit": (
        lambda: crafted(sheet(f'{ROWS}<row r="1048576"><c r="A1048576"><v>1</v></c></row>')),
        "超过50000行",
    ),
    "a million rows": (
        lambda: crafted(
            sheet(ROWS + "".join(f"<row><c><v>{n}</v></c></row>" for n in range(100_000)))
        ),
        "超过50000行",
    ),
    "16,384 columns": (
        lambda: crafted(sheet(f'<row r="1">{"<c><v>1</v></c>" * 16_384}</row>')),
        "标题都是|超过200列",
    ),
    "formula never computed": (
        lambda: crafted(sheet(ROWS.replace("</row>", '<c r="C2"><f>1+1</f></c></row>'))),
        "公式",
    ),
    "formula of a program, with an empty value": (
        lambda: filled([["编号", "备注"], ["1", "=1+1"]]),
        "公式",
    ),
    "shared string that is none": (
        lambda: crafted(sheet('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')),
        "损坏",
    ),
    "XML that ends early": (lambda: crafted(sheet()[:-30]), "损坏"),
    "workbook that is no workbook": (lambda: package({"xl/workbook.xml": "<a/>"}), None),
    "two headings alike": (
        lambda: filled([["编号", "编 号"], ["1", "2"]]),
        "两列标题都是“编号”",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_with_a_reason(name):
    make, reason = HOSTILE[name]
    file = make()
    started = time.perf_counter()

    with pytest.raises(WorkbookRefused, match=reason):
        read(file)

    assert time.perf_counter() - started < 10


def test_a_sheet_that_nobody_reads_may_look_as_it_likes():
    book = openpyxl.load_workbook(filled([["编号"], ["1"]]))
    book.create_sheet("说明").append(["填写说明", "填写说明"])
    file = io.BytesIO()
    book.save(file)

    rows, faults = read(file)

    assert (rows, faults) == ([{"编号": "1"}], [])


def test_a_text_formula_whose_result_is_empty_is_an_empty_cell():
    computed = '<c r="C2" t="str"><f>IF(1,"","")</f><v></v></c></row>'

    rows, faults = read(crafted(sheet(ROWS.replace("</row>", computed))))

    assert (len(rows), faults) == (1, [])


def test_two_parts_that_differ_only_in_case_are_refused():
    file = package({"XL/WORKBOOK.XML": "<a/>"})

    with pytest.raises(WorkbookRefused, match="重名"):
        open_workbook(file)


def test_a_file_above_the_size_is_refused_unread():
    with pytest.raises(WorkbookRefused, match="超过20MB"):
        open_workbook(io.BytesIO(b"PK\x03\x04" + b"x" * (20 * MEBIBYTE)))


def test_limits_can_be_drawn_closer():
    with pytest.raises(WorkbookRefused, match="超过3个"):
        open_workbook(package(), Limits(members=3))


def test_an_encrypted_member_is_refused():
    raw = bytearray(package().getvalue())
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(WorkbookRefused, match="密码"):
        open_workbook(io.BytesIO(bytes(raw)))


def test_a_link_in_the_text_of_a_cell_is_no_reason_to_refuse():
    link = relationships("hyperlink", "mailto:gongwei@example.gov.cn")

    rows, faults = read(package({"xl/worksheets/_rels/sheet1.xml.rels": link}))

    assert (rows, faults) == ([{"编号": "0001", "标题": "关于增设充电桩的建议"}], [])


@pytest.mark.parametrize("dimension", ["A1", "A1:A1", "A1:XFD1048576", "B7:C9", "nonsense"])
def test_what_a_sheet_claims_about_its_size_is_not_believed(dimension):
    file = crafted(sheet(before=f'<dimension ref="{dimension}"/>'))

    rows, faults = read(file)

    assert (rows, faults) == ([{"编号": "0001", "标题": "关于增设充电桩的建议"}], [])


def test_a_row_that_is_only_formatted_far_below_is_no_row():
    rows, _ = read(crafted(sheet(f'{ROWS}<row r="1048576"><c r="A1048576" s="0"/></row>')))

    assert len(rows) == 1


def test_fifty_thousand_rows_are_read_and_one_more_is_refused():
    def numbered(count):
        rows = "".join(f"<row><c><v>{n}</v></c></row>" for n in range(count))
        return crafted(sheet(f'<row><c t="inlineStr"><is><t>编号</t></is></c></row>{rows}'))

    rows, _ = read(numbered(50_000))

    assert [row["编号"] for row in rows] == list(range(50_000))
    with pytest.raises(WorkbookRefused, match="超过50000行"):
        read(numbered(50_001))


def test_headings_are_found_whatever_their_spaces_breaks_and_brackets():
    file = filled([[" 编号", "应办复\n日期", "类别（审查）"], ["1", None, "城建"]])

    with open_workbook(file) as book:
        page = book.sheet("建议台账")

        assert page.missing(["编号", "应办复日期", "类别(审查)", "标题"]) == ["标题"]
        assert page.unknown(["编号"]) == ["应办复\n日期", "类别（审查）"]
        assert [row.text("类别（审查）") for row in page] == ["城建"]


def test_a_missing_sheet_is_named():
    with (
        open_workbook(package()) as book,
        pytest.raises(WorkbookRefused, match="缺少工作表“承诺事项”"),
    ):
        book.sheet("承诺事项")


def test_faults_name_sheet_and_cell_and_reading_goes_on():
    file = filled(
        [
            ["编号", "联名人数", "提出日期", "重点督办", "提出类型"],
            ["1", "三", "2023-13-45", "也许", "会外"],
            ["2", "１２", "２０２３年４月７日", "是", "大会"],
        ]
    )

    with open_workbook(file) as book:
        read_rows = [
            (
                row.text("编号"),
                row.integer("联名人数"),
                row.date("提出日期"),
                row.yes_no("重点督办"),
                row.choice("提出类型", ["大会", "闭会"]),
            )
            for row in book.sheet("建议台账")
        ]

    assert read_rows == [
        ("1", None, None, None, ""),
        ("2", 12, date(2023, 4, 7), True, "大会"),
    ]
    assert book.faults == [
        Fault("建议台账!B2", "“三”不是整数。"),
        Fault("建议台账!C2", "“2023-13-45”不是有效日期。"),
        Fault("建议台账!D2", "“也许”应填“是”或“否”。"),
        Fault("建议台账!E2", "“会外”应为大会、闭会之一。"),
    ]
    assert str(book.faults[0]) == "建议台账!B2: “三”不是整数。"


def test_a_value_without_a_heading_is_a_fault_and_not_lost_in_silence():
    rows, faults = read(filled([["编号"], ["1", "补充"]]))

    assert rows == [{"编号": "1"}]
    assert faults == [Fault("建议台账!B2", "这一列第1行没有标题，内容不会被导入。")]


def test_merged_cells_count_for_each_row_they_cover():
    book = openpyxl.Workbook()
    page = book.active
    page.title = "建议台账"
    for row in [["编号", "承办单位"], ["1", "市交通局"], [None, "市公安局"], ["2", "市教育局"]]:
        page.append(row)
    page.merge_cells("A2:A3")
    file = io.BytesIO()
    book.save(file)

    rows, _ = read(file)

    assert rows == [
        {"编号": "1", "承办单位": "市交通局"},
        {"编号": "1", "承办单位": "市公安局"},
        {"编号": "2", "承办单位": "市教育局"},
    ]


def test_hidden_and_filtered_rows_and_empty_rows_between_lose_nothing():
    book = openpyxl.Workbook()
    page = book.active
    page.title = "建议台账"
    for row in [["编号"], ["1"], [None], ["2"], ["  "], ["3"]]:
        page.append(row)
    page.row_dimensions[4].hidden = True
    page.auto_filter.ref = "A1:A6"
    page.sheet_state = "visible"
    file = io.BytesIO()
    book.save(file)

    rows, _ = read(file)

    assert rows == [{"编号": "1"}, {"编号": "2"}, {"编号": "3"}]


def test_dates_are_read_in_every_way_people_write_them():
    written = [
        SEVENTH_OF_APRIL,
        "2023-4-7",
        "2023/4/7",
        "2023.04.07",
        "2023年4月7日",
        "２０２３／４／７",
        "2023-04-07 00:00:00",
        "20230407",
        45023,
        "45023",
        " 2023年04月07日\n",
    ]
    file = filled([["提出日期"], *([value] for value in written)], formats={"A10": "General"})

    with open_workbook(file) as book:
        days = [row.date("提出日期") for row in book.sheet("建议台账")]

    assert (days, book.faults) == ([date(2023, 4, 7)] * len(written), [])


def test_a_workbook_of_the_1904_calendar_means_the_same_days():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.title = "建议台账"
    book.active.append(["提出日期"])
    book.active.append([SEVENTH_OF_APRIL])
    book.active.append([45023 - 1462])
    file = io.BytesIO()
    book.save(file)

    with open_workbook(file) as opened:
        days = [row.date("提出日期") for row in opened.sheet("建议台账")]

    assert days == [date(2023, 4, 7)] * 2


def test_a_chinese_date_format_is_a_date():
    file = filled([["提出日期"], [SEVENTH_OF_APRIL]], formats={"A2": 'yyyy"年"m"月"d"日"'})

    with open_workbook(file) as book:
        assert [row.date("提出日期") for row in book.sheet("建议台账")] == [date(2023, 4, 7)]


@pytest.mark.parametrize("wrong", ["2023年4月", "23-4-7", "去年", "2023-2-30", 12, 20231301, True])
def test_what_is_no_day_is_said_to_be_none(wrong):
    with pytest.raises(Unreadable):
        as_date(wrong)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5"),
        (5, "5"),
        (0.5, "0.5"),
        ("0043", "0043"),
        ("B〔2017〕062", "B〔2017〕062"),
        ("\u200b\ufeff来信号\xa0", "来信号"),
        ("一_x000D_\n二", "一\n二"),
        (None, ""),
        (True, "是"),
        (SEVENTH_OF_APRIL, "2023-04-07"),
        ("𠮷田㛃", "𠮷田㛃"),
    ],
)
def test_text_is_read_as_people_see_it(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!"])
def test_an_error_value_is_never_taken_for_text(error):
    with pytest.raises(Unreadable, match="错误值"):
        as_text(error)


def test_numbers_and_yes_and_no_are_read_in_full_width_too():
    assert [as_integer(v) for v in ("１，２３４", "12", 12.0, "-3", "", None)] == [
        1234, 12, 12, -3, None, None,
    ]  # fmt: skip
    assert [as_yes_no(v) for v in ("是", "√", "Ｙ", True, 1, "否", "无", 0.0, "", None)] == [
        True, True, True, True, True, False, False, False, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [1.5, "十二", "1e5", "9" * 40, True])
def test_what_is_no_whole_number_is_said_to_be_none(wrong):
    with pytest.raises(Unreadable, match="不是整数"):
        as_integer(wrong)


def test_shared_strings_extensions_and_conditional_formats_are_read_without_a_warning():
    strings = (
        f'{HEADER}<sst xmlns="{MAIN}"><si><t>编号</t></si>'
        "<si><r><t>建</t></r><r><t>1</t></r></si></sst>"
    )
    part = sheet(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>1</v></c></row>',
        after='<conditionalFormatting sqref="A1"><cfRule type="nonsense" priority="1"/>'
        "</conditionalFormatting>"
        '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"/></extLst>',
    )
    types = content_types().replace(
        "</Types>",
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    file = package(
        {
            "[Content_Types].xml": types,
            "xl/sharedStrings.xml": strings,
            "xl/worksheets/sheet1.xml": part,
        }
    )

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows, _ = read(file)

    assert rows == [{"编号": "建1"}]


def test_rows_out_of_order_or_numbered_twice_are_all_read():
    one = '<row r="{}"><c t="inlineStr"><is><t>{}</t></is></c></row>'
    file = crafted(
        sheet("".join(one.format(*row) for row in [(1, "编号"), (5, "a"), (3, "b"), (3, "c")]))
    )

    assert read(file)[0] == [{"编号": "a"}, {"编号": "b"}, {"编号": "c"}]


def test_a_stored_zip_with_a_comment_is_read():
    file = package(compression=zipfile.ZIP_STORED)
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = b"made by hand"

    assert len(read(file)[0]) == 1
