"""Hand over many cases at once; each case is a transaction of its own, with its own report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import Membership
from assignment.models import Batch, Referral
from assignment.services import assigning
from assignment.services.orders import Order, Terms
from audit import services as audit
from common.refusals import Refusal
from congress.calendars import calendar_read_once
from congress.models import Office, Session
from suggestions.models import Suggestion


class BatchDateBeforeHandOver(Refusal):
    def __init__(self) -> None:
        super().__init__("统一办复日期应当晚于交办日期。")


@dataclass(frozen=True)
class Result:
    """What became of one case of a batch (批量结果)."""

    case: Suggestion
    refusal: str = ""

    @property
    def went(self) -> bool:
        """Test if the case was handed over."""
        return not self.refusal


@transaction.atomic
def open_batch(
    session: Session,
    *,
    name: str,
    handed_over_on: date,
    by: Membership,
    at: datetime,
    answer_by: date | None = None,
    requirements: str = "",
) -> Batch:
    """
    Open a hand-over of many cases (交办批次).

    :raises BatchDateBeforeHandOver: if the common date is not after the hand-over.
    """
    if answer_by and answer_by <= handed_over_on:
        raise BatchDateBeforeHandOver
    batch = Batch.objects.create(
        congress_id=session.congress_id,
        session=session,
        name=name.strip(),
        handed_over_on=handed_over_on,
        answer_by=answer_by,
        requirements=requirements.strip(),
        created_at=at,
        created_by=by,
    )
    audit.record("batch.open", by=by, at=at, subject=batch, detail={"name": batch.name})
    return batch


def assign_many(
    suggestion_ids: Iterable[int],
    *,
    orders: Sequence[Order],
    terms: Terms,
    by: Membership,
    at: datetime,
) -> list[Result]:
    """Assign each case to the same units, and report which went and which were refused why."""
    return _each(
        suggestion_ids,
        lambda pk: assigning.assign(pk, orders=orders, terms=terms, by=by, at=at),
    )


def assign_many_within_system(
    suggestion_ids: Iterable[int],
    *,
    office: Office,
    orders: Sequence[Order],
    terms: Terms,
    by: Membership,
    at: datetime,
) -> list[Result]:
    """Give cases passed to an office to units of its system, and report each."""
    passed = dict(
        Referral.objects.open()
        .filter(office=office, suggestion_id__in=set(suggestion_ids))
        .values_list("suggestion_id", "pk")
    )
    return _each(
        passed,
        lambda pk: assigning.assign_within_system(
            passed[pk], orders=orders, terms=terms, by=by, at=at
        ),
    )


def refer_many(
    suggestion_ids: Iterable[int],
    *,
    office: Office,
    by: Membership,
    at: datetime,
    advice: str = "",
    batch: Batch | None = None,
) -> list[Result]:
    """Pass each case to the same office, and report which went and which were refused why."""
    return _each(
        suggestion_ids,
        lambda pk: assigning.refer(pk, office=office, advice=advice, batch=batch, by=by, at=at),
    )


def _each(suggestion_ids: Iterable[int], deed: Callable[[int], object]) -> list[Result]:
    cases = Suggestion.objects.in_bulk(set(suggestion_ids))
    results = []
    with calendar_read_once():
        for pk, case in sorted(cases.items()):
            refusal = ""
            try:
                deed(pk)
            except Refusal as refused:
                refusal = str(refused)
            results.append(Result(case, refusal))
    return results
