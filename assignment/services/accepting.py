"""A unit signs for its items and hands them to its clerks (签收、分派给个人)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Role
from assignment import rules
from assignment.models import Assignment, AssignmentRound
from assignment.people import name_of
from assignment.services.batches import Result
from assignment.services.handing_over import refuse_recused
from assignment.workflow import Move, move_to
from common.refusals import Refusal
from notices import services as notices
from notices.models import Alert
from suggestions import deadlines, timeline
from suggestions.models import Audience, Suggestion
from suggestions.workflow import lock_case


class AcceptedAlready(Refusal):
    def __init__(self, assignment: Assignment):
        signed = timezone.localtime(assignment.accepted_at)
        super().__init__(f"{name_of(assignment.accepted_by)}已于{signed:%m月%d日%H:%M}签收。")


class NotTheirUnit(Refusal):
    def __init__(self) -> None:
        super().__init__("只能分派给本单位在任的承办人。")


def case_of(assignment_id: int) -> int:
    """Return the id of the case to lock."""
    return Assignment.objects.values_list("suggestion_id", flat=True).get(pk=assignment_id)


def read_again(assignment_id: int) -> Assignment:
    """Read an assignment under the lock of its case."""
    return Assignment.objects.select_related(
        "suggestion",
        "unit__system__office",
        "accepted_by__user",
        "sign_deadline",
        "return_deadline",
        "contact_deadline",
        "answer_deadline",
    ).get(pk=assignment_id)


@transaction.atomic
def accept(assignment_id: int, *, by: Membership, at: datetime) -> None:
    """
    Sign for an item (签收).

    :raises AcceptedAlready: if a colleague was faster.
    :raises MoveNotAllowed: if the item no longer waits for it.
    """
    case = lock_case(case_of(assignment_id))
    assignment = read_again(assignment_id)
    refuse_recused(case, by)
    receive(case, assignment, by=by, at=at)


def receive(case: Suggestion, assignment: Assignment, *, by: Membership, at: datetime) -> None:
    """Mark an item of a locked case as received, with its round, clock and timeline."""
    if assignment.accepted_at and assignment.is_live:
        raise AcceptedAlready(assignment)
    move_to(assignment, Move.ACCEPT, at=at)
    assignment.accepted_at, assignment.accepted_by = at, by
    if assignment.clerk_id is None and by.role == Role.CLERK:
        assignment.clerk = by
    assignment.save(update_fields=["accepted_at", "accepted_by", "clerk"])
    AssignmentRound.objects.update_or_create(
        assignment=assignment,
        round=case.round,
        defaults={"accepted_on": timezone.localdate(at)},
    )
    deadlines.meet(assignment.sign_deadline, at=at)
    timeline.add(case, "accept", f"{assignment.unit}签收", by=by, at=at)


def accept_many(assignment_ids: Iterable[int], *, by: Membership, at: datetime) -> list[Result]:
    """Sign for several items, each in a transaction of its own, and report each (批量签收)."""
    rows = Assignment.objects.filter(pk__in=set(assignment_ids)).select_related("suggestion")
    results = []
    for assignment in rows.order_by("suggestion_id", "pk"):
        refusal = ""
        try:
            accept(assignment.pk, by=by, at=at)
        except Refusal as refused:
            refusal = str(refused)
        results.append(Result(assignment.suggestion, refusal))
    return results


@transaction.atomic
def delegate(assignment_id: int, *, clerk: Membership, by: Membership, at: datetime) -> None:
    """
    Hand an item to a clerk of the unit (分派给个人).

    :raises NotTheirUnit: if the person is no clerk of this unit today.
    :raises Recused: if one of the two proposed the case in another seat.
    """
    case = lock_case(case_of(assignment_id))
    assignment = read_again(assignment_id)
    refuse_recused(case, by)
    refuse_recused(case, clerk)
    current = Membership.objects.current(on=timezone.localdate(at)).filter(
        pk=clerk.pk, role=Role.CLERK, unit_id=assignment.unit_id
    )
    if not current.exists():
        raise NotTheirUnit
    if not rules.is_in_hand(assignment):
        raise NotInHand(assignment)
    assignment.clerk = clerk
    assignment.save(update_fields=["clerk"])
    timeline.add(
        case,
        "delegate",
        f"{assignment.unit}分派给{clerk.user}",
        by=by,
        at=at,
        audience=Audience.UNIT,
        unit=assignment.unit,
    )
    notices.post(
        to=[clerk],
        text=f"{by.user}将本建议分派给您承办：{case}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )


class NotInHand(Refusal):
    def __init__(self, assignment: Assignment):
        super().__init__(f"本件现为“{assignment.get_state_display()}”，不能分派。")
