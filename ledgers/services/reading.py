"""Read a ledger workbook into plain records; what a cell cannot mean is a fault of that cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from common.spreadsheets.reading import Workbook, open_workbook
from common.spreadsheets.rows import Fault, Row, Sheet
from common.spreadsheets.source import WorkbookRefused
from common.spreadsheets.writing import Kind
from ledgers.workbook import (
    LARGEST,
    PROMISES,
    RECEIPTS,
    SHEETS,
    SUGGESTIONS,
    Heading,
    names_of,
)

#: A clerk who keeps no promises may have deleted the third sheet; the first two are the ledger.
_NEEDED = (SUGGESTIONS, RECEIPTS)
_PROGRESS_EVERY = 500
LONGEST_NUMBER = 40

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Record:
    """One row of a sheet: its values by heading (None where empty), and where it stands."""

    row: Row
    cells: dict[str, Any]

    def __getitem__(self, heading: str) -> Any:
        return self.cells[heading]

    def fault(self, heading: str, message: str) -> None:
        """Note that a cell of this row is wrong."""
        self.row.fault(heading, message)


@dataclass
class Ledger:
    """A workbook as read: records in the order of the file, and what is wrong with it."""

    faults: list[Fault]
    suggestions: list[Record] = field(default_factory=list)
    receipts: list[Record] = field(default_factory=list)
    promises: list[Record] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Count the rows of all sheets."""
        return len(self.suggestions) + len(self.receipts) + len(self.promises)


def read_ledger(file: BinaryIO, *, progress: Progress = lambda done, total: None) -> Ledger:
    """
    Read the three sheets of a ledger.

    :raises WorkbookRefused: if the file is no ledger workbook, too large, or could do harm.
    """
    with open_workbook(file) as book:
        for title in _NEEDED:
            book.sheet(title)
        ledger = Ledger(book.faults)
        parts = {
            SUGGESTIONS: ledger.suggestions,
            RECEIPTS: ledger.receipts,
            PROMISES: ledger.promises,
        }
        for title, records in parts.items():
            if title in book.sheets:
                for record in _records(book, book.sheet(title)):
                    records.append(record)
                    if ledger.rows % _PROGRESS_EVERY == 0:
                        progress(ledger.rows, 0)
    if not ledger.suggestions:
        raise WorkbookRefused(f"工作表“{SUGGESTIONS}”中没有建议。")
    return ledger


def _records(book: Workbook, sheet: Sheet) -> Iterator[Record]:
    headings = SHEETS[sheet.title]
    required = [heading.name for heading in headings if heading.required]
    if missing := sheet.missing(required):
        raise WorkbookRefused(f"工作表“{sheet.title}”缺少列：{'、'.join(missing)}。")
    if unknown := sheet.unknown(names_of(sheet.title)):
        # What is not read would be lost without a word.
        book.faults.append(
            Fault(f"{sheet.title}!1:1", f"不是台账的列，内容不会被导入：{'、'.join(unknown)}。")
        )
    for row in sheet:
        yield Record(row, {heading.name: _value(row, heading) for heading in headings})


def _value(row: Row, heading: Heading) -> Any:
    faults = len(row.sheet.faults)
    value = _READERS[heading.kind](row, heading)
    if value is None and heading.required and len(row.sheet.faults) == faults:
        row.fault(heading.name, f"缺少{heading.name}。")
    return value


def _read_text(row: Row, heading: Heading) -> str | tuple[str, ...] | None:
    if heading.words:
        return row.choice(heading.name, heading.words) or None
    text = row.text(heading.name)
    if heading.longest and len(text) > heading.longest:
        row.fault(heading.name, f"超过{heading.longest}字。")
        return None
    if heading.name == "历年编号":
        return _earlier_numbers(row, text)
    return text or None


def _earlier_numbers(row: Row, text: str) -> tuple[str, ...] | None:
    numbers = tuple(part.strip() for part in re.split("[;；]", text) if part.strip())
    if any(len(number) > LONGEST_NUMBER for number in numbers):
        row.fault("历年编号", f"有超过{LONGEST_NUMBER}字的编号，几个编号之间用分号隔开。")
    return numbers or None


def _read_integer(row: Row, heading: Heading) -> int | None:
    number = row.integer(heading.name)
    if number is not None and not 0 <= number <= LARGEST:
        row.fault(heading.name, f"应为0到{LARGEST}之间的整数。")
        return None
    return number


_READERS: dict[Kind, Callable[[Row, Heading], Any]] = {
    Kind.TEXT: _read_text,
    Kind.INTEGER: _read_integer,
    Kind.DATE: lambda row, heading: row.date(heading.name),
    Kind.YES_NO: lambda row, heading: row.yes_no(heading.name),
}
