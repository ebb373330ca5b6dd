"""The rows of a sheet as XML, written as fast as text can be."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from common.spreadsheets.columns import FORMULA_START, SheetOf, cell_value

ROWS_AT_ONCE = 500
EPOCH = date(1899, 12, 30)
# XML readers turn a bare carriage return into a line feed.
ENTITIES = {"\r": "&#13;"}

# Per column: the style of a plain cell, and that of one with the apostrophe mark (quotePrefix).
SheetStyles = list[tuple[int, int]]


def write_rows(
    part: IO[bytes], head: bytes, tail: bytes, sheet: SheetOf[Any], styles: SheetStyles
) -> int:
    """
    Write a worksheet part: what comes before the rows, the rows of data, a filter, the rest.

    Returns the number of rows written.
    """
    letters = [get_column_letter(number) for number in range(1, len(sheet.columns) + 1)]
    columns = list(zip(sheet.columns, letters, styles, strict=True))
    part.write(head)
    number = 1
    waiting: list[str] = []
    for row in sheet.rows:
        number += 1
        cells = [
            _cell(f"{letter}{number}", cell_value(column.kind, column.getter(row)), style)
            for column, letter, style in columns
        ]
        waiting.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(waiting) >= ROWS_AT_ONCE:
            part.write("".join(waiting).encode())
            waiting.clear()
    part.write("".join(waiting).encode())
    reach = f"A1:{letters[-1] if letters else 'A'}{number}"
    part.write(f'</sheetData><autoFilter ref="{reach}"/>'.encode() + tail)
    return number - 1


def _cell(place: str, value: str | float | Decimal | date | None, style: Sequence[int]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        # Always a text, whatever it starts with: there is no way to a formula from here.
        look = style[1] if value.startswith(FORMULA_START) else style[0]
        text = escape(value, ENTITIES)
        return (
            f'<c r="{place}" s="{look}" t="inlineStr">'
            f'<is><t xml:space="preserve">{text}</t></is></c>'
        )
    if isinstance(value, date):
        whole = to_excel(value) if isinstance(value, datetime) else (value - EPOCH).days
        return f'<c r="{place}" s="{style[0]}"><v>{whole}</v></c>'
    return f'<c r="{place}" s="{style[0]}"><v>{value}</v></c>'
