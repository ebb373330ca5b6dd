"""
Rows into a workbook: columns as data, so that screen, sheet and test share their headings.

Text is always written as text. A cell that starts like a formula also carries the apostrophe mark
(quotePrefix), so that it stays text when somebody edits it in Excel or WPS.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Any, BinaryIO, Generic, TypeVar

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from common.texts import without_unwritable

RowT = TypeVar("RowT")

FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
LONGEST_TEXT = 32_767
TOO_LONG = "……（超出单元格容量，全文见系统）"
SHEET_TITLE_UNUSABLE = re.compile(r"[\\/*?:\[\]]")
PAPER_A4 = 9
THIN = Side(style="thin", color="D0D0D0")


class Kind(StrEnum):
    """What a column holds and therefore how it is written and aligned."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"


FORMATS = {
    Kind.TEXT: "@",
    Kind.INTEGER: "0",
    Kind.DECIMAL: "0.00",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.YES_NO: "@",
}


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """One column: heading, how to get its value from a row, width in characters, kind."""

    heading: str
    getter: Callable[[RowT], Any]
    width: float = 14
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class SheetOf(Generic[RowT]):
    """One sheet: its title, its columns, and rows that may be a generator."""

    title: str
    columns: Sequence[Column[RowT]]
    rows: Iterable[RowT]


def write_workbook(sheets: Iterable[SheetOf[Any]], to: BinaryIO) -> int:
    """Write sheets as .xlsx, row by row, and return the number of rows of data written."""
    book = Workbook(write_only=True)
    written = sum(_write_sheet(book, sheet) for sheet in sheets)
    book.save(to)
    return written


def workbook_bytes(sheets: Iterable[SheetOf[Any]]) -> bytes:
    """Write a small workbook into memory."""
    to = BytesIO()
    write_workbook(sheets, to)
    return to.getvalue()


def cell_value(kind: Kind, value: Any) -> str | int | Decimal | date | None:
    """Turn the value of a row into what the cell of its column holds; empty stays empty."""
    if value is None or value == "":
        return None
    if kind == Kind.YES_NO:
        return "是" if value else "否"
    if isinstance(value, datetime):
        # Excel knows no time zones; people read the clock on their wall.
        local = timezone.make_naive(value) if timezone.is_aware(value) else value
        return local.date() if kind == Kind.DATE else local
    if kind == Kind.DECIMAL:
        return Decimal(str(value))
    if kind == Kind.TEXT:
        return writable(str(value))
    return value


def writable(text: str) -> str:
    """Drop what a cell cannot hold and cut what is too long for one, saying so."""
    text = without_unwritable(text)
    if len(text) > LONGEST_TEXT:
        return text[: LONGEST_TEXT - len(TOO_LONG)] + TOO_LONG
    return text


def sheet_title(title: str) -> str:
    """Make a title that Excel accepts: 31 characters, none of ``\\ / * ? : [ ]``."""
    return SHEET_TITLE_UNUSABLE.sub(" ", writable(title)).strip("' ")[:31] or "工作表"


def _write_sheet(book: Workbook, sheet: SheetOf[Any]) -> int:
    worksheet = book.create_sheet(sheet_title(sheet.title))
    _set_up(worksheet, sheet.columns)
    worksheet.append(_header(worksheet, sheet.columns))
    makers = [_cell_maker(worksheet, column) for column in sheet.columns]
    count = 0
    for row in sheet.rows:
        worksheet.append([make(row) for make in makers])
        count += 1
    last = get_column_letter(max(len(sheet.columns), 1))
    worksheet.auto_filter.ref = f"A1:{last}{count + 1}"
    return count


def _set_up(worksheet: Any, columns: Sequence[Column[Any]]) -> None:
    for number, column in enumerate(columns, 1):
        worksheet.column_dimensions[get_column_letter(number)].width = column.width
    worksheet.freeze_panes = "A2"
    worksheet.print_title_rows = "1:1"
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = PAPER_A4
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.oddHeader.center.text = worksheet.title.replace("&", "&&")
    worksheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _header(worksheet: Any, columns: Sequence[Column[Any]]) -> Iterator[Cell]:
    for column in columns:
        cell = WriteOnlyCell(worksheet, None)
        _put_text(cell, column.heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="F2F2F2")
        cell.border = Border(bottom=THIN)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        yield cell


def _cell_maker(worksheet: Any, column: Column[Any]) -> Callable[[Any], Cell | None]:
    # Write-only mode writes a row out at once, so one styled cell per column serves all rows.
    plain, quoted = (_styled(worksheet, column.kind, quoted=q) for q in (False, True))

    def make(row: Any) -> Cell | None:
        value = cell_value(column.kind, column.getter(row))
        if value is None:
            return None
        if isinstance(value, str):
            cell = quoted if value.startswith(FORMULA_START) else plain
            return _put_text(cell, value)
        plain.value = value
        return plain

    return make


def _styled(worksheet: Any, kind: Kind, *, quoted: bool) -> Cell:
    cell = WriteOnlyCell(worksheet, None)
    cell.number_format = FORMATS[kind]
    cell.alignment = Alignment(vertical="top", wrap_text=kind == Kind.TEXT)
    cell.quotePrefix = quoted
    return cell


def _put_text(cell: Cell, text: str) -> Cell:
    # Not through ``value``, which would take a leading "=" for a formula and "#N/A" for an error.
    cell._value = writable(text)  # noqa: SLF001
    cell.data_type = "s"
    return cell
