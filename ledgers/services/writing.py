"""Write what a ledger says: whole cases in bulk, each through ``workflow.adopt_all``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from accounts.models import Membership
from assignment.models import Assignment
from congress.models import Category, Congress, Grade, Origin, Session, SupervisorCategory
from evaluation.models import Verdict
from handling.models import Opinion, Promise, Reply
from ledgers.models import ImportedCase
from ledgers.services.case_rows import CaseRows
from ledgers.services.children import Children
from ledgers.services.names import Names
from ledgers.services.reading import Record
from suggestions import workflow
from suggestions.models import Deadline, NumberCounter, Suggestion
from supervision.models import KeyCase


def _code(choices: Any) -> dict[str | None, str]:
    return {label: value for value, label in choices.choices} | {None: ""}


_FILING, _DISCLOSURE = _code(Suggestion.Filing), _code(Suggestion.Disclosure)
_HANDLING = _code(Suggestion.Handling)
#: The largest number that the column holds; longer ones are text and nothing else.
_LARGEST = 2_147_483_647
_TELL_EVERY = 200

Filled = list[tuple[CaseRows, dict[str, Any]]]


class Writer:
    """Writes the cases of one session, inside the transaction of the import."""

    def __init__(
        self,
        congress: Congress,
        session: Session,
        names: Names,
        *,
        by: Membership | None,
        at: datetime,
    ):
        self._congress, self._session, self._names = congress, session, names
        self._by, self._at = by, at

    def fill(self, cases: Sequence[CaseRows], *, tell: Callable[[int], None]) -> Filled:
        """Find what the names of each case row mean; unknown names become faults."""
        filled = []
        for done, case in enumerate(cases):
            if done % _TELL_EVERY == 0:
                tell(done)
            filled.append((case, self._fields(case)))
        return filled

    def _fields(self, case: CaseRows) -> dict[str, Any]:
        record, names = case.record, self._names
        delegation = names.delegation(record, "代表团")
        deputy = names.deputy(record, "领衔代表", delegation)
        if record["代表团"] is None:
            delegation = deputy.delegation if deputy else names.unstated_delegation()
        supervisors = names.code(SupervisorCategory, record, "督办领导类别")
        return {
            "delegation": delegation,
            "lead_deputy": deputy,
            "category": names.code(Category, record, "类别"),
            "origin": names.code(Origin, record, "形成方式"),
            "grade": names.code(Grade, record, "建议分级"),
            "led_by": names.official(record, "领办领导"),
            "supervisors": supervisors,
            "leader": names.official(record, "督办领导", supervisors),
            "committee": names.committee(record, "跟踪专委会"),
        }

    def add(self, filled: Filled) -> None:
        """Write cases that the session does not have yet."""
        taken = set(self._session.suggestions.values_list("filing", "number"))
        adopted = []
        for rows, fields in filled:
            case = Suggestion(created_at=self._at, entered_by=self._by)
            self._set(case, rows, fields)
            place = (case.filing, case.number)
            case.number = None if place in taken else case.number
            taken.add(place)
            adopted.append((case, rows.stage))
        workflow.adopt_all(adopted, by=self._by, at=self._at)
        self._write_children(
            [(case, *pair) for (case, _), pair in zip(adopted, filled, strict=True)]
        )
        self._keep_counters()

    def rewrite(self, cases: dict[str, Suggestion], filled: Filled) -> None:
        """Write imported cases anew; nothing has happened on them since they came in."""
        adopted = []
        for rows, fields in filled:
            case = cases[rows.number]
            self._set(case, rows, fields)
            adopted.append((case, rows.stage))
        self._clear([case.pk for case, _ in adopted])
        workflow.adopt_all(adopted, by=self._by, at=self._at)
        self._write_children(
            [(case, *pair) for (case, _), pair in zip(adopted, filled, strict=True)]
        )

    def _set(self, case: Suggestion, rows: CaseRows, fields: dict[str, Any]) -> None:
        record = rows.record
        replies = [receipt.answered_on(1) for receipt in rows.answering]
        for name in ("delegation", "lead_deputy", "category", "origin", "grade", "led_by"):
            setattr(case, name, fields[name])
        case.congress, case.session = self._congress, self._session
        case.filing = _FILING[record["提出类型"]]
        case.proposer = _proposer(record, fields)
        case.title = record["标题"] or ""
        case.disclosure = _DISCLOSURE[record["公开方式"]] or Suggestion.Disclosure.NONE
        case.earlier_numbers = list(record["历年编号"] or ())
        case.imported_cosigner_count = record["联名人数"]
        case.round = rows.last_round
        case.number_text, case.number = rows.number, case.number or _serial(rows.number)
        case.handling = _HANDLING[record["办理方式"]]
        case.saved_at = self._at
        case.proposed_on = case.registered_on = record["提出日期"]
        case.handed_over_on = record["交办日期"]
        case.replied_on = max(filter(None, replies)) if replies and all(replies) else None
        case.closed_on = record["办结日期"]
        case.is_published = bool(record["建议公开"])
        case.published_replies = record["公开答复数"] or 0
        case.remark = record["备注"] or ""

    def _clear(self, cases: list[int]) -> None:
        of_case, of_receipt = {"suggestion__in": cases}, {"assignment__suggestion__in": cases}
        # From the leaves to the trunk: what is pointed at is protected.
        Verdict.objects.filter(**of_receipt).delete()
        Promise.objects.filter(**of_case).delete()
        Opinion.objects.filter(**of_receipt).delete()
        Reply.objects.filter(**of_receipt).delete()
        Assignment.objects.filter(**of_case).delete()
        Deadline.objects.filter(**of_case).delete()
        KeyCase.objects.filter(**of_case).delete()
        ImportedCase.objects.filter(**of_case).delete()

    def _write_children(self, written: list[tuple[Suggestion, CaseRows, dict[str, Any]]]) -> None:
        Children(self._session, at=self._at).write(written)

    def _keep_counters(self) -> None:
        """Let the next number of a running session come after the highest imported one."""
        highest = (
            self._session.suggestions.filter(number__isnull=False)
            .order_by()
            .values_list("filing")
            .annotate(last=Max("number"))
        )
        for filing, last in highest:
            counter, _ = NumberCounter.objects.select_for_update().get_or_create(
                session=self._session, filing=filing
            )
            if counter.last < last:
                counter.last = last
                counter.save(update_fields=["last"])


def _proposer(record: Record, fields: dict[str, Any]) -> Suggestion.Proposer:
    if fields["lead_deputy"] is None:
        return Suggestion.Proposer.DELEGATION
    return Suggestion.Proposer.JOINT if record["联名人数"] else Suggestion.Proposer.SINGLE


def _serial(number: str) -> int | None:
    """Read the serial number out of a number, for sorting and for the numbers to come."""
    found = re.findall(r"\d+", number)
    serial = int(found[-1]) if found else None
    return serial if serial is not None and serial <= _LARGEST else None
