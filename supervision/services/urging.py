"""People urge units, and units say how they stand (催办)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.roles import UNIT_ROLES
from accounts.selectors import members_of
from assignment.models import Assignment
from assignment.people import name_of
from common.refusals import Refusal
from notices import services as notices
from notices.models import Alert
from suggestions import timeline
from suggestions.models import Audience
from suggestions.workflow import lock_case
from supervision import rules
from supervision.models import Urging
from supervision.services.answering import take_answer


class UrgedToday(Refusal):
    def __init__(self, urging: Urging):
        super().__init__(f"{name_of(urging.by)}今天已催办过{urging.assignment.unit}。")


class NoLongerHandles(Refusal):
    def __init__(self, assignment: Assignment):
        super().__init__(f"{assignment.unit}已不再承办这件建议，不需催办。")


class MayNotUrge(Refusal):
    def __init__(self, assignment: Assignment):
        super().__init__(f"{assignment.unit}不在您的督办范围内。")


class AnswerDayPast(Refusal):
    def __init__(self) -> None:
        super().__init__("要求反馈的日期不能早于今天。")


@dataclass(frozen=True)
class Result:
    """What became of urging one unit (批量催办结果)."""

    assignment: Assignment
    refusal: str = ""


@transaction.atomic
def urge(
    assignment_id: int, *, text: str, by: Membership, at: datetime, answer_by: date | None = None
) -> Urging:
    """
    Urge the unit of a receipt; its clerk and head are told (催办).

    :raises UrgedToday: if the same office did so on the same day.
    :raises NoLongerHandles: if the unit was relieved.
    :raises AnswerDayPast: if the answer is wanted before today.
    """
    case = lock_case(_case_of(assignment_id))
    assignment = Assignment.objects.select_related("unit", "clerk").get(pk=assignment_id)
    today = timezone.localdate(at)
    if not assignment.is_live:
        raise NoLongerHandles(assignment)
    if answer_by and answer_by < today:
        raise AnswerDayPast
    _refuse_twice_a_day(assignment, by, today)
    urging = Urging.objects.create(
        assignment=assignment, text=text.strip(), answer_by=answer_by, at=at, by=by
    )
    timeline.add(
        case,
        "urge",
        f"催办{assignment.unit}",
        by=by,
        at=at,
        note=urging.text,
        audience=Audience.UNIT,
        unit=assignment.unit,
    )
    notices.post(
        to=_clerk_and_head(assignment, today),
        text=f"催办：{case}。{urging.text}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )
    return urging


def urge_many(
    assignment_ids: Iterable[int],
    *,
    text: str,
    by: Membership,
    at: datetime,
    answer_by: date | None = None,
) -> list[Result]:
    """Urge several units, each in a transaction of its own, and report each (批量催办)."""
    rows = Assignment.objects.filter(pk__in=set(assignment_ids)).select_related(
        "suggestion", "unit__system"
    )
    results = []
    for assignment in rows.order_by("suggestion_id", "pk"):
        refusal = ""
        try:
            if not rules.may_urge(by, assignment):
                raise MayNotUrge(assignment)
            urge(assignment.pk, text=text, by=by, at=at, answer_by=answer_by)
        except Refusal as refused:
            refusal = str(refused)
        results.append(Result(assignment, refusal))
    return results


@transaction.atomic
def answer_urging(urging_id: int, *, answer: str, by: Membership, at: datetime) -> None:
    """
    Say how the unit stands; who urged is told (反馈催办).

    :raises AnsweredAlready: if a colleague was faster.
    """
    rows = Urging.objects.values_list("assignment__suggestion_id", flat=True)
    case = lock_case(rows.get(pk=urging_id))
    urging = Urging.objects.select_related("assignment__unit", "by", "answered_by__user").get(
        pk=urging_id
    )
    take_answer(
        case,
        urging,
        answer=answer,
        action="answer_urging",
        deed="反馈催办",
        tell=[urging.by],
        by=by,
        at=at,
    )


def _case_of(assignment_id: int) -> int:
    return Assignment.objects.values_list("suggestion_id", flat=True).get(pk=assignment_id)


def _refuse_twice_a_day(assignment: Assignment, by: Membership, today: date) -> None:
    earlier = Urging.objects.filter(assignment=assignment, at__date=today)
    same = earlier.filter(by__office=by.office, by__committee=by.committee).select_related(
        "by__user", "assignment__unit"
    )
    found = same.first()
    if found:
        raise UrgedToday(found)


def _clerk_and_head(assignment: Assignment, on: date) -> list[Membership]:
    """Return the clerk of the item (all clerks while nobody has it) and the heads of the unit."""
    people = list(members_of(unit=assignment.unit, roles=UNIT_ROLES, on=on))
    mine = [person for person in people if person.pk == assignment.clerk_id]
    clerks = mine or [person for person in people if person.role == Role.CLERK]
    return clerks + [person for person in people if person.role == Role.UNIT_HEAD]
