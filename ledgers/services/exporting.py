"""Write a ledger workbook (导出台账): three sheets of rows, and their sums with the definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.db import connections, transaction
from django.db.models import QuerySet

from accounts.models import Membership
from common import replica
from common.figures import percent
from common.spreadsheets.writing import Column, Kind, SheetOf, workbook_bytes, write_workbook
from congress.models import Session, System
from ledgers.figures import figures
from ledgers.selectors import cells as selectors
from ledgers.services.reading import Progress
from ledgers.tables import Table, tables_of
from ledgers.workbook import PROMISES, RECEIPTS, SHEETS, SUGGESTIONS, SUMMARY, Heading
from suggestions.models import Suggestion

_PROGRESS_EVERY = 200


@dataclass(frozen=True)
class SummaryLine:
    """A row of the summary sheet."""

    table: str
    label: str
    count: int | None = None
    unit: str = ""
    share: str = ""
    of: int | None = None
    note: str = ""


def write_ledger(
    cases: QuerySet[Suggestion],
    to: BinaryIO,
    *,
    actor: Membership | None = None,
    summary: Iterable[SummaryLine] = (),
    progress: Progress = lambda done, total: None,
) -> int:
    """
    Write the ledger of some cases, only what the actor may read, and return how many they are.

    Rows are fetched and written piece by piece; ``progress`` is told (done, total) rows.
    """
    with transaction.atomic(using=replica.alias()):
        _plan_for_all_rows()
        total = cases.count()
        count = _Counter(total, progress)
        sources = {
            SUGGESTIONS: count(selectors.case_cells(cases, actor=actor)),
            RECEIPTS: count(selectors.receipt_cells(cases, actor=actor), is_case=False),
            PROMISES: count(selectors.promise_cells(cases, actor=actor), is_case=False),
        }
        sheets: list[SheetOf[Any]] = [
            SheetOf(title, _columns(SHEETS[title]), rows) for title, rows in sources.items()
        ]
        write_workbook([*sheets, _summary_sheet(summary)], to)
    return total


def _plan_for_all_rows() -> None:
    """
    Let the database read tables whole for the rest of the transaction.

    A cursor is planned for its first rows, and right after an import for a handful: it would look
    up row by row what it needs of every row, for minutes.
    """
    with connections[replica.alias()].cursor() as cursor:
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        cursor.execute("SET LOCAL enable_nestloop = off")


def template() -> bytes:
    """Make the empty ledger that people fill in (台账模板)."""
    return workbook_bytes(
        SheetOf(title, _columns(headings), []) for title, headings in SHEETS.items()
    )


def summary_of(session: Session, *, as_of: date, system: System | None) -> list[SummaryLine]:
    """Tell the figures of a session in rows, each table with its definition (口径)."""
    counted = figures(session.congress, session, as_of, system)
    whose = f"（{system}口径）" if system else ""
    lines = [SummaryLine("统计范围", f"{session}{whose}，截至{as_of:%Y-%m-%d}")]
    return lines + [line for table in tables_of(counted) for line in _told(table)]


def filter_note(described: str) -> list[SummaryLine]:
    """Say of which rows a ledger consists where it is no whole session."""
    return [SummaryLine("导出范围", described)]


def _told(table: Table) -> Iterator[SummaryLine]:
    for number, line in enumerate(table.lines):
        yield SummaryLine(
            table.title,
            "　" * line.level + line.label,
            line.count,
            table.unit,
            "" if line.of is None else percent(line.count, line.of),
            line.of,
            table.note if number == 0 else "",
        )


def _summary_sheet(lines: Iterable[SummaryLine]) -> SheetOf[SummaryLine]:
    columns: list[Column[SummaryLine]] = [
        Column("统计项目", lambda line: line.table, 24),
        Column("指标", lambda line: line.label, 40),
        Column("数量", lambda line: line.count, 10, Kind.INTEGER),
        Column("单位", lambda line: line.unit, 8),
        Column("占比", lambda line: line.share, 10),
        Column("分母", lambda line: line.of, 10, Kind.INTEGER),
        Column("口径", lambda line: line.note, 60),
    ]
    return SheetOf(SUMMARY, columns, lines)


def _columns(headings: Iterable[Heading]) -> list[Column[selectors.Cells]]:
    return [
        Column(heading.name, _getter(heading.name), heading.width, heading.kind)
        for heading in headings
    ]


def _getter(name: str) -> Callable[[selectors.Cells], Any]:
    if name == "历年编号":
        return lambda cells: ";".join(cells[name] or ())
    return lambda cells: cells[name]


class _Counter:
    """Tells the progress of an export by the cases it has come to, each sheet a third of it."""

    def __init__(self, total: int, progress: Progress):
        self._total, self._progress = total, progress

    def __call__(
        self, rows: Iterable[tuple[int, selectors.Cells]], *, is_case: bool = True
    ) -> Iterator[selectors.Cells]:
        """Pass rows on, counting."""
        for number, (_, cells) in enumerate(rows, start=1):
            if number % _PROGRESS_EVERY == 0:
                self._progress(number if is_case else self._total, self._total)
            yield cells
