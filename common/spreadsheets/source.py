"""The raw rows of a workbook, read from its parts without trusting what they claim."""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import BinaryIO

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._reader import WorkSheetParser

from common.containers import stream
from common.refusals import Refusal

MERGES_A_SHEET = 10_000
CELLS_FILLED = 200_000
MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]+\d+:[A-Z]+\d+)["']""")
# A formula that was never computed has no value behind it: reading on would lose what it shows.
_FORMULA = rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
_EMPTY = rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)\s*"
# An empty value beside a text formula (t="str") is its result, beside any other none was computed.
UNCOMPUTED = re.compile(
    _FORMULA
    + rb"</(?:\w+:)?c>|<(?:\w+:)?c(?![^>]*\st=[\"']str[\"'])(?:\s[^>]*)?>\s*"
    + _FORMULA
    + _EMPTY
    + rb"</(?:\w+:)?c>"
)

Merges = dict[tuple[int, int], tuple[int, int]]


class WorkbookRefused(Refusal):
    """A file that cannot be read as a workbook, with the reason."""


class Source:
    """An opened workbook as parts and raw cells."""

    def __init__(self, archive: zipfile.ZipFile, file: BinaryIO):
        self._archive = archive
        self._reader = _loaded(file)
        self.epoch: datetime = self._reader.wb.epoch

    def close(self) -> None:
        """Let go of the file."""
        self._reader.archive.close()
        self._archive.close()

    def sheets(self) -> list[tuple[str, str]]:
        """List the sheets as (title, part); charts are none."""
        return [
            (sheet.name, relation.target)
            for sheet, relation in self._reader.parser.find_sheets()
            if relation.Type.endswith("/worksheet") and relation.target in self._reader.valid_files
        ]

    def merges(self, part: str) -> Merges:
        """Map each cell hidden under a merged one (合并单元格) to the cell that holds the value."""
        hidden: Merges = {}
        for reference in _scan(self._archive, part, MERGE, MERGES_A_SHEET):
            left, top, right, bottom = range_boundaries(reference.decode())
            if (right - left + 1) * (bottom - top + 1) + len(hidden) > CELLS_FILLED:
                raise WorkbookRefused("工作表的合并单元格过多，请取消合并后再导入。")
            cells = product(range(top, bottom + 1), range(left, right + 1))
            hidden |= {cell: (top, left) for cell in cells if cell != (top, left) and top > 1}
        return hidden

    def raw_rows(self, part: str) -> Iterator[tuple[int, list[tuple[int, object]]]]:
        """
        Yield each row as (number, [(column, value)]) in the order of the file.

        :raises WorkbookRefused: if the sheet cannot be parsed.
        """
        # The declared <dimension> is not looked at: WPS and others write it wrong.
        book = self._reader.wb
        with self._archive.open(part) as source:
            try:
                parser = _Parser(
                    source,
                    self._reader.shared_strings,
                    data_only=True,
                    epoch=self.epoch,
                    date_formats=book._date_formats,  # noqa: SLF001 -- the parser needs them
                    timedelta_formats=book._timedelta_formats,  # noqa: SLF001
                )
                for number, cells in parser.parse():
                    yield number, [(cell["column"], cell["value"]) for cell in cells]
            except (Refusal, MemoryError):
                raise
            except Exception as fault:  # whatever a crafted part makes the parser stumble on
                raise WorkbookRefused("工作表内容已损坏，无法读取。") from fault


class _Parser(WorkSheetParser):
    """The parser of openpyxl without what a reader of values does not need (and which warns)."""

    def parse_extensions(self, element: object) -> None:
        """Pass over extensions."""

    def parse_formatting(self, element: object) -> None:
        """Pass over conditional formats."""

    def parse_sheet_protection(self, element: object) -> None:
        """Pass over protection: it hides nothing from a reader."""


def refuse_uncomputed(archive: zipfile.ZipFile, part: str) -> None:
    """
    Refuse formulas without a computed value, which a program wrote and no office suite has opened.

    :raises WorkbookRefused: if the sheet holds one.
    """
    if any(_scan(archive, part, UNCOMPUTED, 1)):
        raise WorkbookRefused(
            "文件中有没有计算结果的公式，请用Excel或WPS打开并保存，或粘贴为数值后再导入。"
        )


def _scan(
    archive: zipfile.ZipFile, part: str, pattern: re.Pattern[bytes], most: int
) -> Iterator[bytes]:
    """Find a pattern in a part of any size, at most so many times."""
    window, found = b"", 0
    for chunk in stream(archive, part):
        window += chunk
        end = 0
        for match in pattern.finditer(window):
            yield match[1] if match.re.groups else match[0]
            end = match.end()
            found += 1
            if found > most:
                raise WorkbookRefused("工作表的合并单元格过多，请取消合并后再导入。")
        window = window[max(end, len(window) - 16_384) :]


def _loaded(file: BinaryIO) -> ExcelReader:
    """Read what the sheets rest on: names, styles, shared strings; and no sheet yet."""
    file.seek(0)
    try:
        reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
    except MemoryError:
        raise
    except Exception as fault:  # valid XML that openpyxl can make no sense of
        raise WorkbookRefused("文件已损坏，无法作为工作簿打开。") from fault
    return reader
