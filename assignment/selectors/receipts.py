"""The list of a unit's items, for pages."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet

from accounts.models import Membership
from assignment.models import Assignment
from assignment.selectors.waiting import receipts_of
from common.kept import keep_value
from common.list_page import Heading, Parts
from suggestions.models import deadline

State = Assignment.State

#: What rules and forms ask of a receipt.
FOR_A_DEED = [
    "suggestion__congress",
    "suggestion__lead_deputy",
    "suggestion__delegation",
    "unit__system__office",
    "sign_deadline",
    "return_deadline",
    "answer_deadline",
]
#: And what a page that explains its clocks asks beside that.
WHO_EXTENDED = [
    f"{clock}__{path}"
    for clock in ("return_deadline", "answer_deadline")
    for path in deadline.WHO_EXTENDED
]

#: From so many receipts on, they are counted once in half a minute.
MANY = 1_000

HEADINGS = [
    Heading("编号", "number", by=["suggestion__session", "suggestion__number"]),
    Heading("标题"),
    Heading("领衔代表"),
    Heading("承办角色", "role", by="role"),
    Heading("承办人", "clerk", by="clerk__user__name"),
    Heading("状态", "state", by="state"),
    # Of the receipts of many years, those that still have a day are few: they are sorted alone.
    Heading(
        "最近期限",
        "due",
        by=F("nearest_due").asc(nulls_last=True),
        parts=Parts("has_duty", [F("has_duty").desc()], plain=frozenset({False})),
    ),
]


def as_rows(receipts: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Add what a row of the list shows."""
    return receipts.select_related(
        "suggestion__lead_deputy", "suggestion__delegation", "clerk__user", "unit"
    )


def counts(actor: Membership) -> dict[str, int]:
    """Count the items of the unit by state: 待签收, 办理中, 申请调整, 已办理."""
    found: dict[str, int] = keep_value(
        f"receipts-by-state:{actor.pk}",
        lambda: _count_by_state(actor),
        reader=actor.pk,
        is_costly=lambda counted: sum(counted.values()) >= MANY,
    )
    return found


def _count_by_state(actor: Membership) -> dict[str, int]:
    shown = [State.OFFERED, State.ACCEPTED, State.RETURNING, State.DONE]
    receipts = receipts_of(actor).aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in shown}
    )
    return {State(state).label: count for state, count in receipts.items()}
