"""The list of promises, for units, 代表工委 and the offices of systems."""

from __future__ import annotations

from django.db.models import F, QuerySet

from accounts.models import Membership
from common.list_page import Heading
from handling.models import Promise

HEADINGS = [
    Heading("编号", "number", by=["suggestion__session", "suggestion__number"]),
    Heading("承诺事项"),
    Heading("承办单位", "unit", by="assignment__unit__order"),
    Heading("责任人"),
    Heading("完成时限", "due", by=F("due_on").asc(nulls_last=True)),
    Heading("状态", "state", by="state"),
    Heading("结转", "carried_year", by="carried_year"),
]


def promises_of(actor: Membership) -> QuerySet[Promise]:
    """Find the promises that exist for the actor; a unit only its own."""
    made = Promise.objects.visible_to(actor).exclude(state=Promise.State.DRAFT)
    if actor.unit_id is not None:
        return made.filter(assignment__unit_id=actor.unit_id)
    return made


def as_rows(promises: QuerySet[Promise]) -> QuerySet[Promise]:
    """Add what a row of the list shows."""
    return promises.select_related("suggestion", "assignment__unit", "deadline")
