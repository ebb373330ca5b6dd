"""Take a ledger into the system (导入台账): all of it or nothing, and the same file once only."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction

from accounts.models import Membership
from assignment import grants as assignment_grants
from audit.services import record
from common.refusals import Refusal
from common.spreadsheets.bounds import bounded
from common.spreadsheets.rows import Fault
from congress.models import Congress, Session
from ledgers.selectors import cells as selectors
from ledgers.services import places
from ledgers.services.case_rows import CaseRows, put_together
from ledgers.services.checking import check
from ledgers.services.names import Names
from ledgers.services.reading import Ledger, Progress, read_ledger
from ledgers.services.writing import Writer
from ledgers.workbook import SHEETS
from suggestions.models import StageEvent, Suggestion
from suggestions.workflow import lock_cases
from supervision import grants as supervision_grants

#: Enough to see what is wrong with a file; nobody corrects ten thousand cells from a list.
MOST_FAULTS = 1_000
_ADOPTED = ("adopt", "readopt")


class LedgerFaulty(Refusal):
    """A ledger of which nothing was taken in, with every fault that was found."""

    def __init__(self, faults: Iterable[Fault]):
        found = sorted(dict.fromkeys(faults), key=_place)
        self.faults = found[:MOST_FAULTS]
        super().__init__(f"台账有{len(found)}处问题，没有导入任何内容。")


def _place(fault: Fault) -> tuple[int, int, int, str]:
    """Order faults as one walks through the workbook."""
    title, _, cell = fault.cell.partition("!")
    sheets = list(SHEETS)
    sheet = sheets.index(title) if title in sheets else len(sheets)
    column, row = re.match(r"([A-Z]*)(\d*)", cell).groups()  # type: ignore[union-attr]
    return (sheet, int(row or 0), len(column), column)


class ImportCancelled(Refusal):
    def __init__(self) -> None:
        super().__init__("已取消，没有导入任何内容。")


@dataclass(frozen=True)
class Outcome:
    """What an import did, or would do."""

    congress: Congress
    session: Session
    added: int
    changed: int
    unchanged: int

    def __str__(self) -> str:
        told = f"{self.session}：新增{self.added}件，更正{self.changed}件，未变{self.unchanged}件"
        return f"{told}。"


def import_ledger(
    file: BinaryIO,
    *,
    congress: str,
    create: bool = False,
    by: Membership | None,
    at: datetime,
    is_preview: bool = False,
    progress: Progress = lambda done, total: None,
) -> Outcome:
    """
    Import a ledger workbook into the congress of a code, everything checked first.

    With ``create`` the congress, session, units, people and codes it names are made where they
    are missing; a preview finds out the same and leaves nothing behind. ``progress`` is told
    (done, total) and may raise ``ImportCancelled``.

    :raises WorkbookRefused: if the file is no ledger workbook, too large, or could do harm.
    :raises LedgerFaulty: if anything in it cannot be; nothing is written then.
    """
    with bounded():
        ledger = read_ledger(file, progress=progress)
    check(ledger)
    with transaction.atomic():
        outcome = _take_in(ledger, congress, create=create, by=by, at=at, progress=progress)
        if is_preview:
            transaction.set_rollback(True)
    return outcome


def _take_in(
    ledger: Ledger,
    code: str,
    *,
    create: bool,
    by: Membership | None,
    at: datetime,
    progress: Progress,
) -> Outcome:
    hand: dict[str, Any] = {"by": by, "at": at}
    places.hold_door(code)
    congress = places.find_congress(code, ledger, create=create, **hand)
    session = places.find_session(congress, ledger, create=create, **hand)
    if session is None:
        raise LedgerFaulty(ledger.faults)
    names = Names(congress, session.term, create=create, **hand)
    rows = put_together(ledger, names)
    writer = Writer(congress, session, names, **hand)
    # A third for reading, a third for names, a third for writing.
    total = ledger.rows * 3
    read = ledger.rows
    filled = writer.fill(
        rows, tell=lambda done: progress(read + read * done // max(len(rows), 1), total)
    )
    progress(read * 2, total)

    known = {case.number_text: case for case in _lock(session, [row.number for row in rows])}
    changed = _changed(known, rows)
    _refuse_live(known, changed)
    if ledger.faults:
        raise LedgerFaulty(ledger.faults)
    new = [pair for pair in filled if pair[0].number not in known]
    corrected = [pair for pair in filled if pair[0].number in changed]
    writer.rewrite(known, corrected)
    writer.add(new)
    _finish(congress, session, new, corrected, **hand)
    progress(total, total)
    unchanged = len(known) - len(changed)
    return Outcome(congress, session, len(new), len(changed), unchanged)


def _lock(session: Session, numbers: list[str]) -> list[Suggestion]:
    known = Suggestion.objects.filter(session=session, number_text__in=numbers)
    return lock_cases(list(known.values_list("pk", flat=True)))


def _changed(known: dict[str, Suggestion], rows: list[CaseRows]) -> dict[str, CaseRows]:
    """Find the cases of which the ledger says something else than the system."""
    if not known:
        return {}
    held = _held([case.pk for case in known.values()])
    return {
        row.number: row
        for row in rows
        if row.number in known and _told(row) != held[known[row.number].pk]
    }


Told = tuple[Any, list[Any], list[Any]]


def _held(cases: list[int]) -> dict[int, Told]:
    """Read cases as an export would write them."""
    queryset = Suggestion.objects.filter(pk__in=cases)
    receipts: dict[int, list[Any]] = defaultdict(list)
    promises: dict[int, list[Any]] = defaultdict(list)
    for pk, cells in selectors.receipt_cells(queryset):
        receipts[pk].append(_comparable(cells))
    for pk, cells in selectors.promise_cells(queryset):
        promises[pk].append(_comparable(cells))
    return {
        pk: (_comparable(cells), sorted(receipts[pk]), sorted(promises[pk]))
        for pk, cells in selectors.case_cells(queryset)
    }


def _told(row: CaseRows) -> Told:
    return (
        _comparable(row.record.cells),
        sorted(_comparable(record.cells) for r in row.receipts for record, _ in r.rounds),
        sorted(_comparable(record.cells) for record, _ in row.promises),
    )


def _comparable(cells: dict[str, Any]) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in cells.values())


def _refuse_live(known: dict[str, Suggestion], changed: dict[str, CaseRows]) -> None:
    """Put a fault on rows that would overwrite what people have done in the system."""
    keys = [known[number].pk for number in changed]
    acted_on = set(
        StageEvent.objects.filter(suggestion__in=keys)
        .exclude(action__in=_ADOPTED)
        .values_list("suggestion_id", flat=True)
    )
    for number, row in changed.items():
        case = known[number]
        if not case.is_imported or case.pk in acted_on:
            row.record.fault(
                "编号", f"{number}已在系统中办理，台账的内容与系统不同，不能用台账覆盖。"
            )


def _finish(
    congress: Congress,
    session: Session,
    new: list,
    corrected: list,
    *,
    by: Membership | None,
    at: datetime,
) -> None:
    if not new and not corrected:
        return
    numbers = [rows.number for rows, _ in [*new, *corrected]]
    cases = Suggestion.objects.filter(session=session, number_text__in=numbers)
    keys = list(cases.values_list("pk", flat=True))
    assignment_grants.sync_all(keys)
    supervision_grants.sync_all(keys)
    detail = {"added": len(new), "changed": len(corrected)}
    record("ledger.import", by=by, at=at, subject=session, congress_id=congress.pk, detail=detail)
