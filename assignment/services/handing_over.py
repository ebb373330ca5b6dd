"""
The one way a unit gets a receipt: checks, row, clocks, grants, stage, timeline, people told.

Called by the services of this app under the lock of the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from accounts.models import Membership
from assignment import clocks, grants, rules
from assignment.models import Assignment, AssignmentRound, Referral, ReturnRequest
from assignment.people import deputies_of, people_of_offices, people_of_units
from assignment.registry import tell_mix_followers
from assignment.services.orders import Order, Terms, check_mix
from common.refusals import Refusal
from congress.models import Unit
from notices import services as notices
from notices.models import Alert
from suggestions import timeline, workflow
from suggestions.models import Suggestion
from suggestions.stages import Stage
from suggestions.workflow import Action

Role = Assignment.Role


class NotInStageToAssign(Refusal):
    def __init__(self, case: Suggestion):
        super().__init__(f"建议当前为“{Stage(case.stage).label}”，不能交办。")


class UnitTwice(Refusal):
    def __init__(self, unit: Unit):
        super().__init__(f"{unit}已是这件建议的承办单位，不能重复交办。")


class UnitNotActive(Refusal):
    def __init__(self, unit: Unit):
        super().__init__(f"{unit}已停用，请选择其他单位。")


class UnitWasRelieved(Refusal):
    def __init__(self, unit: Unit):
        super().__init__(f"{unit}已申请调整并获同意，不能再次交办，以免反复改办。")


class Recused(Refusal):
    def __init__(self) -> None:
        super().__init__("您是这件建议的提出人，应当回避，请由其他工作人员办理。")


class WrongDay(Refusal):
    """A hand-over cannot lie before the case was accepted or after today."""


def refuse_recused(case: Suggestion, by: Membership) -> None:
    """:raises Recused: if the person acting proposed this case in another seat."""
    if rules.is_recused(by, case):
        raise Recused


def hand_over(
    case: Suggestion,
    orders: Sequence[Order],
    terms: Terms,
    *,
    by: Membership,
    at: datetime,
    referral: Referral | None = None,
    returned_times: int = 0,
    ended: Sequence[Assignment] = (),
) -> list[Assignment]:
    """
    Give units their receipts of a locked case (交办).

    ``ended`` names receipts that were taken off their units in the same act.

    :raises Refusal: if the stage, the day, a unit or the mix of roles does not allow it.
    """
    if case.stage not in {Stage.REGISTERED, *rules.IN_HANDS}:
        raise NotInStageToAssign(case)
    refuse_recused(case, by)
    terms.check()
    day = _day_of(case, terms, at)
    _check_units(case, orders)
    held = Assignment.objects.filter(suggestion=case).live().values_list("role", flat=True)
    more_to_come = Referral.objects.filter(suggestion=case).open().exists()
    check_mix(held, orders, more_to_come=more_to_come)

    given = [
        _give(case, order, terms, day=day, by=by, at=at, referral=referral, returned=returned_times)
        for order in orders
    ]
    clocks.meet_assigning(case, at=at)
    settle(case)
    _put_on_timeline(case, given, by=by, at=at, day=day)
    _tell(case, given, at=at)
    tell_mix_followers(case, ended=list(ended), by=by, at=at)
    return given


def _day_of(case: Suggestion, terms: Terms, at: datetime) -> date:
    today = timezone.localdate(at)
    day = terms.assigned_on or (terms.batch.handed_over_on if terms.batch else today)
    if day > today:
        raise WrongDay("交办日期不能晚于今天。")
    if case.registered_on and day < case.registered_on:
        raise WrongDay(f"交办日期不能早于受理日期（{case.registered_on:%Y年%m月%d日}）。")
    return day


def _check_units(case: Suggestion, orders: Sequence[Order]) -> None:
    live = Assignment.objects.filter(suggestion=case).live()
    taken = set(live.values_list("unit_id", flat=True))
    relieved = set(
        ReturnRequest.objects.filter(
            assignment__suggestion=case, outcome=ReturnRequest.Outcome.GRANTED
        ).values_list("assignment__unit_id", flat=True)
    )
    for order in orders:
        if order.unit.pk in taken:
            raise UnitTwice(order.unit)
        if order.unit.pk in relieved:
            raise UnitWasRelieved(order.unit)
        if not order.unit.is_active:
            raise UnitNotActive(order.unit)
        taken.add(order.unit.pk)


def _give(
    case: Suggestion,
    order: Order,
    terms: Terms,
    *,
    day: date,
    by: Membership,
    at: datetime,
    referral: Referral | None,
    returned: int,
) -> Assignment:
    assignment = Assignment.objects.create(
        congress_id=case.congress_id,
        suggestion=case,
        unit=order.unit,
        role=order.role,
        part=order.part.strip(),
        is_hard=terms.is_hard,
        hard_reason=terms.hard_reason.strip(),
        requirements=terms.asked_for,
        batch=terms.batch,
        referral=referral,
        assigned_on=day,
        assigned_at=at,
        assigned_by=by,
    )
    clocks.start_for(assignment, at=at, batch_date=terms.answer_by)
    AssignmentRound.objects.create(assignment=assignment, round=case.round, returned_times=returned)
    return assignment


def settle(case: Suggestion) -> None:
    """
    Fold the live receipts of a locked case: roles, way of handling, grants.

    A leading unit that is alone is a sole unit; a sole unit that is joined leads.
    """
    live = Assignment.objects.filter(suggestion=case).live()
    roles = set(live.values_list("role", flat=True))
    more_to_come = Referral.objects.filter(suggestion=case).open().exists()
    if Role.SUPPORT in roles and Role.SOLE in roles:
        live.filter(role=Role.SOLE).update(role=Role.LEAD)
    elif Role.SUPPORT not in roles and Role.LEAD in roles and not more_to_come:
        live.filter(role=Role.LEAD).update(role=Role.SOLE)
    case.handling = _way_of_handling(set(live.values_list("role", flat=True)))
    case.save(update_fields=["handling"])
    grants.sync(case)


def _way_of_handling(roles: set[str]) -> str:
    if Role.SPLIT in roles:
        return Suggestion.Handling.SPLIT
    if roles & {Role.LEAD, Role.SUPPORT}:
        return Suggestion.Handling.LEAD_AND_SUPPORT
    return Suggestion.Handling.SOLE if roles else ""


def _put_on_timeline(
    case: Suggestion, given: list[Assignment], *, by: Membership, at: datetime, day: date
) -> None:
    units = name_units(given)
    if case.stage == Stage.REGISTERED:
        case.handed_over_on = day
        case.save(update_fields=["handed_over_on"])
        workflow.advance(case, Action.HAND_OVER, by=by, at=at, note=f"交办给{units}。")
    else:
        timeline.add(case, "add_units", f"增加承办单位：{units}"[:300], by=by, at=at)


def name_units(assignments: Sequence[Assignment]) -> str:
    """Name units with their roles, as the timeline and messages do."""
    current = Assignment.objects.filter(pk__in=[each.pk for each in assignments])
    return "、".join(
        f"{each.unit}（{each.get_role_display()}）" for each in current.select_related("unit")
    )


def _tell(case: Suggestion, given: list[Assignment], *, at: datetime) -> None:
    on = timezone.localdate(at)
    for assignment in given:
        due = assignment.answer_deadline.due_on if assignment.answer_deadline else None
        until = f"，{due:%Y年%m月%d日}前办结" if due else ""
        notices.post(
            to=people_of_units([assignment.unit], on=on),
            text=f"请签收（{assignment.get_role_display()}{until}）：{case}",
            about=case,
            at=at,
            kind=Alert.Kind.TASK,
            key=f"assigned:{assignment.pk}",
        )
    units = name_units(given)
    notices.post(
        to=deputies_of(case, on=on), text=f"您的建议已交由{units}办理：{case}", about=case, at=at
    )
    offices = {each.unit.system.office for each in given if each.unit.system.office}
    notices.post(
        to=people_of_offices(offices, on=on),
        text=f"已交办本系统单位{units}：{case}",
        about=case,
        at=at,
    )
