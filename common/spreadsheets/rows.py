"""Sheets and rows of a workbook, read by heading; what is wrong is collected cell by cell."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import NamedTuple, TypeVar

from openpyxl.utils import get_column_letter

from common.spreadsheets.source import Source, WorkbookRefused
from common.spreadsheets.values import (
    Unreadable,
    as_choice,
    as_date,
    as_integer,
    as_text,
    as_yes_no,
    heading,
)

ROWS_A_SHEET = 50_000
COLUMNS_A_SHEET = 200

Value = TypeVar("Value")


class Fault(NamedTuple):
    """What is wrong in one cell; printed as ``建议台账!C5: …``."""

    cell: str
    message: str

    def __str__(self) -> str:
        return f"{self.cell}: {self.message}"


@dataclass(slots=True)
class Row:
    """A row of a sheet, read by heading; what cannot be read becomes a fault of its sheet."""

    sheet: "Sheet"
    number: int
    values: Mapping[str, object]

    def __contains__(self, name: str) -> bool:
        return heading(name) in self.sheet.columns

    def cell(self, name: str) -> str:
        """Name the cell under a heading, e.g. ``建议台账!C5``."""
        column = self.sheet.columns.get(heading(name), 1)
        return f"{self.sheet.title}!{get_column_letter(column)}{self.number}"

    def fault(self, name: str, message: str) -> None:
        """Note that the cell under a heading is wrong."""
        self.sheet.faults.append(Fault(self.cell(name), message))

    def text(self, name: str) -> str:
        """Read text; empty when there is none."""
        return self._read(name, as_text) or ""

    def date(self, name: str) -> date | None:
        """Read a day."""
        return self._read(name, partial(as_date, epoch=self.sheet.source.epoch))

    def integer(self, name: str) -> int | None:
        """Read a whole number."""
        return self._read(name, as_integer)

    def yes_no(self, name: str) -> bool | None:
        """Read 是 or 否."""
        return self._read(name, as_yes_no)

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """Read one of a few words; empty when there is none."""
        return self._read(name, partial(as_choice, choices=choices)) or ""

    def _read(self, name: str, read: Callable[[object], Value]) -> Value | None:
        try:
            return read(self.values.get(heading(name)))
        except Unreadable as fault:
            self.fault(name, f"{fault}。")
            return None


@dataclass(slots=True)
class Sheet:
    """A sheet with its headings in row 1; iterate over it for its rows that hold anything."""

    source: Source
    faults: list[Fault]
    title: str
    part: str
    columns: dict[str, int] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)

    def missing(self, expected: Sequence[str]) -> list[str]:
        """List the expected headings that the sheet lacks."""
        return [name for name in expected if heading(name) not in self.columns]

    def unknown(self, expected: Sequence[str]) -> list[str]:
        """List the headings that nobody expects."""
        known = {heading(name) for name in expected}
        return [name for name in self.headings if heading(name) not in known]

    def __iter__(self) -> Iterator[Row]:
        by_column = {column: name for name, column in self.columns.items()}
        merges = self.source.merges(self.part)
        anchors: dict[tuple[int, int], object] = {}
        wanted = set(merges.values())
        for number, cells in self._numbered():
            if number == 1:
                continue
            anchors |= {(number, c): v for c, v in cells.items() if (number, c) in wanted}
            for column in by_column:
                if column not in cells and (anchor := merges.get((number, column))) in anchors:
                    cells[column] = anchors[anchor]
            self._fault_nameless(number, cells, by_column)
            if values := {by_column[c]: v for c, v in cells.items() if c in by_column}:
                yield Row(self, number, values)

    def _numbered(self) -> Iterator[tuple[int, dict[int, object]]]:
        seen = 0
        for number, cells in self.source.raw_rows(self.part):
            filled = {column: value for column, value in cells if _says_something(value)}
            if not filled:
                continue
            seen += 1
            if number > ROWS_A_SHEET + 1 or seen > ROWS_A_SHEET + 1:
                raise WorkbookRefused(f"工作表“{self.title}”超过{ROWS_A_SHEET}行，请拆分后再导入。")
            yield number, filled

    def _fault_nameless(
        self, number: int, cells: dict[int, object], named: Mapping[int, str]
    ) -> None:
        for column in cells:
            if column not in named:
                cell = f"{self.title}!{get_column_letter(min(column, 18278))}{number}"
                self.faults.append(Fault(cell, "这一列第1行没有标题，内容不会被导入。"))

    def read_headings(self) -> None:
        """
        Learn the columns from row 1.

        :raises WorkbookRefused: if there are too many, or two of one name.
        """
        first = next(iter(self._numbered()), (1, {}))
        cells = first[1] if first[0] == 1 else {}
        if cells and max(cells) > COLUMNS_A_SHEET:
            raise WorkbookRefused(f"工作表“{self.title}”超过{COLUMNS_A_SHEET}列，无法导入。")
        for column, value in sorted(cells.items()):
            name = heading(value)
            if name in self.columns:
                raise WorkbookRefused(f"工作表“{self.title}”有两列标题都是“{name}”。")
            self.columns[name] = column
            self.headings.append(str(value).strip())


def _says_something(value: object) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))
