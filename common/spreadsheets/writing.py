"""
Rows into a workbook: columns as data, so that screen, sheet and test share their headings.

Text is always written as text. A cell that starts like a formula also carries the apostrophe mark
(quotePrefix), so that it stays text when somebody edits it in Excel or WPS.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from common.spreadsheets.columns import FORMATS, Column, Kind, SheetOf, cell_value, writable
from common.spreadsheets.xml_rows import SheetStyles, write_rows

__all__ = ["Column", "Kind", "SheetOf", "cell_value", "workbook_bytes", "write_workbook"]

SHEET_TITLE_UNUSABLE = re.compile(r"[\\/*?:\[\]]")
PAPER_A4 = 9
THIN = Side(style="thin", color="D0D0D0")


def write_workbook(sheets: Iterable[SheetOf[Any]], to: BinaryIO) -> int:
    """Write sheets as .xlsx, row by row, and return the number of rows of data written."""
    laid_out = list(sheets)
    frame, styles = _frame(laid_out)
    written = 0
    with zipfile.ZipFile(frame) as empty, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as book:
        parts = {f"xl/worksheets/sheet{n}.xml": n - 1 for n in range(1, len(laid_out) + 1)}
        for name in empty.namelist():
            if name not in parts:
                book.writestr(name, empty.read(name))
                continue
            number = parts[name]
            with book.open(name, "w") as part:
                head, tail = empty.read(name).split(b"</sheetData>")
                written += write_rows(part, head, tail, laid_out[number], styles[number])
    return written


def workbook_bytes(sheets: Iterable[SheetOf[Any]]) -> bytes:
    """Write a small workbook into memory."""
    to = BytesIO()
    write_workbook(sheets, to)
    return to.getvalue()


def sheet_title(title: str) -> str:
    """Make a title that Excel accepts: 31 characters, none of ``\\ / * ? : [ ]``."""
    return SHEET_TITLE_UNUSABLE.sub(" ", writable(title)).strip("' ")[:31] or "工作表"


def _frame(sheets: Sequence[SheetOf[Any]]) -> tuple[BytesIO, list[SheetStyles]]:
    """
    Let openpyxl write everything but the rows of data.

    Cell by cell it needs ten times as long for them as writing their XML does, and a ledger of a
    session has half a million cells.
    """
    book = Workbook(write_only=True)
    styles = []
    for sheet in sheets:
        worksheet = book.create_sheet(sheet_title(sheet.title))
        _set_up(worksheet, sheet.columns)
        worksheet.append(_header(worksheet, sheet.columns))
        styles.append([_style_ids(worksheet, column.kind) for column in sheet.columns])
    frame = BytesIO()
    book.save(frame)
    return frame, styles


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


def _style_ids(worksheet: Any, kind: Kind) -> tuple[int, int]:
    """Register how cells of a kind look, plain and with the apostrophe mark."""
    return _styled(worksheet, kind, quoted=False), _styled(worksheet, kind, quoted=True)


def _styled(worksheet: Any, kind: Kind, *, quoted: bool) -> int:
    cell = WriteOnlyCell(worksheet, None)
    cell.number_format = FORMATS[kind]
    cell.alignment = Alignment(vertical="top", wrap_text=kind == Kind.TEXT)
    cell.quotePrefix = quoted
    return int(cell.style_id)


def _put_text(cell: Cell, text: str) -> Cell:
    # Not through ``value``, which would take a leading "=" for a formula and "#N/A" for an error.
    cell._value = writable(text)  # noqa: SLF001
    cell.data_type = "s"
    return cell
