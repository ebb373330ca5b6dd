"""Give a faulty workbook back with each fault written at its cell (问题标注)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from common.spreadsheets.rows import Fault
from common.spreadsheets.writing import Column, SheetOf, workbook_bytes

#: Above this a workbook is not built up in memory again; the list of faults alone goes back.
LARGEST_MARKED = 3 * 1024 * 1024
LIST = "问题清单"
_MARK = PatternFill("solid", fgColor="FCE4D6")
_ONE_CELL = re.compile(r"[A-Z]{1,3}\d+")


def marked(file: BinaryIO, faults: Sequence[Fault]) -> BytesIO:
    """Write faults as comments into a copy of the workbook, with a list of them all in front."""
    size = file.seek(0, 2)
    file.seek(0)
    if size > LARGEST_MARKED:
        return BytesIO(workbook_bytes([_sheet(faults)]))
    book = load_workbook(file)
    _list(book, faults)
    for fault in faults:
        title, _, cell = fault.cell.partition("!")
        if title in book.sheetnames and _ONE_CELL.fullmatch(cell):
            _mark(book[title][cell], fault.message)
    copy = BytesIO()
    book.save(copy)
    copy.seek(0)
    return copy


def _mark(cell: object, message: str) -> None:
    if not hasattr(cell, "comment") or not hasattr(cell, "fill"):
        return
    before = f"{cell.comment.text}\n" if cell.comment else ""
    try:
        cell.comment = Comment(before + message, "台账检查", width=320, height=90)
        cell.fill = _MARK
    except AttributeError:
        return  # hidden under a merged cell: the list has it


def _list(book: Workbook, faults: Sequence[Fault]) -> None:
    if LIST in book.sheetnames:
        del book[LIST]
    sheet = book.create_sheet(LIST, 0)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 80
    for row, texts in enumerate([("位置", "问题"), *faults], start=1):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(row, column)
            # The words quote what somebody typed: text, whatever it begins with.
            cell.value, cell.data_type = text, "s"
    for sheet in book:
        sheet.sheet_view.tabSelected = sheet.title == LIST
    book.active = 0


def _sheet(faults: Sequence[Fault]) -> SheetOf[Fault]:
    columns = [
        Column[Fault]("位置", lambda fault: fault.cell, 20),
        Column[Fault]("问题", lambda fault: fault.message, 80),
    ]
    return SheetOf(LIST, columns, faults)
