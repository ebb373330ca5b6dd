"""The rows of a ledger put together case by case, with the units that their names mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from assignment.models import ANSWERING_ROLES, Assignment
from congress.models import ResultClass, System, Unit
from ledgers.services.checking import round_of
from ledgers.services.names import Names
from ledgers.services.reading import Ledger, Record
from suggestions.stages import Stage

ROLES = {label: value for value, label in Assignment.Role.choices}


@dataclass
class ReceiptRows:
    """The rows of one receipt, a round each, with the rows that its names mean."""

    unit: Unit
    system: System | None
    rounds: list[tuple[Record, ResultClass | None]] = field(default_factory=list)

    @property
    def role(self) -> str:
        """Return the role the unit has on the case."""
        return ROLES[self.rounds[0][0]["承办角色"]]

    @property
    def answers(self) -> bool:
        """Test if the unit owes the deputy a reply."""
        return self.role in ANSWERING_ROLES

    def has(self, record: Record) -> bool:
        """Test if there is a row of the same round, or one that gives the unit another role."""
        return any(
            round_of(row) == round_of(record) or row["承办角色"] != record["承办角色"]
            for row, _ in self.rounds
        )

    def answered_on(self, round_number: int | None = None) -> date | None:
        """Return the day of the reply or opinion in a round, by default the last."""
        rows = [row for row, _ in self.rounds if round_number in {None, round_of(row)}]
        row = max(rows, key=round_of, default=None)
        return row["答复日期" if self.answers else "协办意见日期"] if row else None


@dataclass
class CaseRows:
    """A case as a ledger has it: its row, its receipts, its promises."""

    record: Record
    position: int
    receipts: list[ReceiptRows] = field(default_factory=list)
    promises: list[tuple[Record, Unit]] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Return the number of the case."""
        return self.record["编号"]

    @property
    def answering(self) -> list[ReceiptRows]:
        """Return the receipts that owe the deputy a reply."""
        return [receipt for receipt in self.receipts if receipt.answers]

    @property
    def last_round(self) -> int:
        """Return the round the case is in."""
        return max((round_of(row) for r in self.receipts for row, _ in r.rounds), default=1)

    @property
    def is_answered(self) -> bool:
        """Test if every unit that owes a reply gave it, in its last round."""
        return bool(self.answering) and all(r.answered_on() for r in self.answering)

    @property
    def stage(self) -> Stage:
        """Say where the history of the case has come to."""
        if self.record["办结日期"]:
            return Stage.CLOSED
        if self.is_answered:
            is_promised = any(not row["销号日期"] for row, _ in self.promises)
            return Stage.TRACKING if is_promised else Stage.REPLIED
        if not self.receipts:
            return Stage.REGISTERED
        return Stage.REHANDLING if self.last_round > 1 else Stage.HANDLING


def put_together(ledger: Ledger, names: Names) -> list[CaseRows]:
    """Gather the rows of each case; names of units and classes that mean nothing become faults."""
    cases: dict[str, CaseRows] = {}
    for record in ledger.suggestions:
        if record["编号"]:
            cases.setdefault(record["编号"], CaseRows(record, position=record.row.number))
    _add_receipts(cases, ledger.receipts, names)
    _add_promises(cases, ledger.promises, names)
    return list(cases.values())


def _add_receipts(cases: dict[str, CaseRows], records: Iterable[Record], names: Names) -> None:
    receipts: dict[tuple[str, int], ReceiptRows] = {}
    for record in records:
        system = names.system(record, "归口系统")
        unit = names.unit(record, "承办单位", system)
        result = names.result_class(record, "结果类别")
        if unit is None or record["编号"] not in cases or record["承办角色"] is None:
            continue
        key = (record["编号"], unit.pk)
        if key not in receipts:
            receipts[key] = ReceiptRows(unit, system)
            cases[record["编号"]].receipts.append(receipts[key])
        if receipts[key].has(record):
            if record["承办单位"] != receipts[key].rounds[0][0]["承办单位"]:
                # Under its full and its short name: the names alone did not show it.
                record.fault("承办单位", f"“{unit}”在{record['编号']}同一轮中出现了两次。")
            continue
        receipts[key].rounds.append((record, result))


def _add_promises(cases: dict[str, CaseRows], records: Iterable[Record], names: Names) -> None:
    for record in records:
        case, unit = cases.get(record["编号"]), names.known_unit(record["承办单位"])
        if case and unit and any(receipt.unit == unit for receipt in case.receipts):
            case.promises.append((record, unit))
