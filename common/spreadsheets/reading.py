"""
Workbooks that people hand in: refused before parsing where they could do harm, else read.

``open_workbook`` is the only way in. Faults of content are collected as ``Fault`` (cell and
sentence), so that one pass over a file names everything that is wrong with it.
"""

import zipfile
from typing import BinaryIO, Self

from common.containers import (
    LIMITS,
    ContainerRefused,
    Limits,
    check_office,
    check_parts,
    open_container,
)
from common.spreadsheets.rows import Fault, Sheet
from common.spreadsheets.source import Source, WorkbookRefused, refuse_uncomputed

MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


class Workbook:
    """A workbook that passed the look inside; use it in a ``with`` block."""

    def __init__(self, source: Source):
        self.faults: list[Fault] = []
        self.sheets: dict[str, Sheet] = {}
        self._source = source
        for title, part in source.sheets():
            sheet = Sheet(source, self.faults, title.strip(), part)
            self.sheets[sheet.title] = sheet

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._source.close()

    def sheet(self, title: str) -> Sheet:
        """
        Find a sheet by its name and learn its headings; what stands on other sheets is nobody's.

        :raises WorkbookRefused: if there is none, or two of its headings are alike.
        """
        if title not in self.sheets:
            raise WorkbookRefused(f"缺少工作表“{title}”。")
        sheet = self.sheets[title]
        if not sheet.headings:
            sheet.read_headings()
        return sheet


def open_workbook(file: BinaryIO, limits: Limits = LIMITS) -> Workbook:
    """
    Open an .xlsx file that somebody hands in.

    :raises WorkbookRefused: before parsing, if it is too large, no workbook, or could do harm.
    """
    try:
        archive = open_container(file, limits)
        check_parts(archive)
        check_office(archive, MAIN_TYPE)
        _refuse_formulas(archive)
    except ContainerRefused as refusal:
        raise WorkbookRefused(str(refusal)) from None
    return Workbook(Source(archive, file))


def _refuse_formulas(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            refuse_uncomputed(archive, name)
