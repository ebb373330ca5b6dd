"""A unit asks once to be relieved, within its days; the office above decides (申请调整承办单位)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Membership
from assignment import rules
from assignment.models import Assignment, AssignmentRound, ReturnRequest
from assignment.people import (
    deputies_of,
    name_of,
    people_of_offices,
    people_of_units,
    working_committee_of,
)
from assignment.services.accepting import case_of, read_again, receive
from assignment.services.handing_over import UnitNotActive, UnitTwice, refuse_recused
from assignment.services.taking_off import take_off
from assignment.workflow import Move, MoveNotAllowed, move_to
from common.refusals import Refusal
from congress.models import Office, ReturnReason, Unit
from notices import services as notices
from notices.models import Alert
from suggestions import deadlines, timeline
from suggestions.models import Audience, Deadline, Suggestion
from suggestions.workflow import lock_case

State = Assignment.State


class ReturnTooLate(Refusal):
    def __init__(self, last_day: date | None):
        day = f"已于{last_day:%Y年%m月%d日}届满" if last_day else "未予设定"
        super().__init__(f"申请调整的期限{day}，确有特殊情况的，请与代表工委联系。")


class ReturnedOnce(Refusal):
    def __init__(self) -> None:
        super().__init__("同一建议每个单位只能申请调整一次。")


class AlreadyDecided(Refusal):
    def __init__(self, request: ReturnRequest):
        super().__init__(
            f"{name_of(request.decided_by)}已作出裁定：{request.get_outcome_display()}，请刷新后查看。"
        )


class AnotherSystem(Refusal):
    def __init__(self, unit: Unit):
        super().__init__(f"{unit}属于其他系统，跨系统调整由代表工委裁定，请提交代表工委。")


class WindowStillOpen(Refusal):
    def __init__(self) -> None:
        super().__init__("申请调整的期限尚未届满，不需要逾期受理。")


@transaction.atomic
def ask_return(
    assignment_id: int,
    *,
    reason: ReturnReason,
    explanation: str,
    proposed_unit: Unit,
    by: Membership,
    at: datetime,
) -> ReturnRequest:
    """
    Ask to be relieved of an item, naming the unit that should have it (申请调整承办单位).

    Who asks has received: an item not yet signed for is signed for in the same act.

    :raises ReturnedOnce: if the unit has asked on this case before.
    :raises ReturnTooLate: if the days for it are over.
    :raises Refusal: if the item or the proposed unit does not allow it.
    """
    case = lock_case(case_of(assignment_id))
    assignment = read_again(assignment_id)
    refuse_recused(case, by)
    if rules.has_asked_before(assignment):
        raise ReturnedOnce
    _check_window(assignment, at)
    _check_proposed(case, proposed_unit)
    if assignment.state == State.OFFERED:
        receive(case, assignment, by=by, at=at)

    move_to(assignment, Move.ASK_RETURN, at=at)
    deadlines.meet(assignment.return_deadline, at=at)
    request = _open(case, assignment, reason, explanation, proposed_unit, by=by, at=at)
    _tell_decider(case, request, at=at)
    return request


def _check_window(assignment: Assignment, at: datetime) -> None:
    window = assignment.return_deadline
    if window is None or not window.is_open or window.due_on < timezone.localdate(at):
        raise ReturnTooLate(window.due_on if window else None)


def _check_proposed(case: Suggestion, unit: Unit) -> None:
    if not unit.is_active:
        raise UnitNotActive(unit)
    if Assignment.objects.filter(suggestion=case, unit=unit).live().exists():
        raise UnitTwice(unit)


def decider_for(case: Suggestion, unit: Unit, proposed: Unit) -> Office:
    """
    Find the office that decides: a move inside a system its own office, any other 代表工委.

    Two lines of command (两条线): 督查室 decides moves between departments of the government.
    """
    system = unit.system
    if system.office is not None and proposed.system_id == system.pk:
        return system.office
    return working_committee_of(case.congress)


def _open(
    case: Suggestion,
    assignment: Assignment,
    reason: ReturnReason,
    explanation: str,
    proposed_unit: Unit,
    *,
    by: Membership,
    at: datetime,
) -> ReturnRequest:
    decider = decider_for(case, assignment.unit, proposed_unit)
    request = ReturnRequest.objects.create(
        assignment=assignment,
        reason=reason,
        explanation=explanation.strip(),
        proposed_unit=proposed_unit,
        decider=decider,
        asked_at=at,
        asked_by=by,
        deadline=_decision_clock(case, decider, at),
    )
    timeline.add(
        case,
        "ask_return",
        f"{assignment.unit}申请调整承办单位，建议改由{proposed_unit}承办"[:300],
        by=by,
        at=at,
        note=f"{reason}：{request.explanation}",
        audience=Audience.UNIT,
        unit=assignment.unit,
    )
    return request


def _decision_clock(case: Suggestion, decider: Office, at: datetime) -> Deadline:
    return deadlines.start(
        Deadline.Kind.RETURN_DECISION,
        clock="return_decision",
        holder=decider,
        starts_on=timezone.localdate(at),
        case=case,
    )


def _tell_decider(case: Suggestion, request: ReturnRequest, *, at: datetime) -> None:
    notices.post(
        to=people_of_offices([request.decider], on=timezone.localdate(at)),
        text=f"请裁定{request.assignment.unit}的调整申请：{case}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )


@transaction.atomic
def grant_return(
    request_id: int, *, by: Membership, at: datetime, to: Unit | None = None, note: str = ""
) -> Assignment | None:
    """
    Take an item off a unit that is not competent for it (同意调整); ``to`` gets it at once.

    :raises AlreadyDecided: if a colleague was faster.
    :raises AnotherSystem: if a system's office would give it to a unit of another system.
    """
    case = lock_case(_case_of_return(request_id))
    request = _undecided(request_id)
    refuse_recused(case, by)
    unit = request.assignment.unit
    if to and request.decider.kind == Office.Kind.SYSTEM_OFFICE and to.system_id != unit.system_id:
        raise AnotherSystem(to)

    _decide(request, ReturnRequest.Outcome.GRANTED, note, by=by, at=at)
    AssignmentRound.objects.filter(assignment=request.assignment, round=case.round).update(
        returned_times=F("returned_times") + 1
    )
    why = f"申请调整获同意：{request.reason}"
    return take_off(case, request.assignment, why=why, to=to, by=by, at=at)


@transaction.atomic
def refuse_return(request_id: int, *, note: str, by: Membership, at: datetime) -> None:
    """
    Leave an item with its unit, saying why (不予调整); its clocks have run on.

    :raises AlreadyDecided: if a colleague was faster.
    """
    case = lock_case(_case_of_return(request_id))
    request = _undecided(request_id)
    refuse_recused(case, by)
    _decide(request, ReturnRequest.Outcome.REFUSED, note, by=by, at=at)
    move_to(request.assignment, Move.KEEP, at=at)
    unit, on = request.assignment.unit, timezone.localdate(at)
    timeline.add(
        case,
        "refuse_return",
        f"不予调整，由{unit}继续承办",
        by=by,
        at=at,
        note=note.strip(),
        audience=Audience.UNIT,
        unit=unit,
    )
    text = f"不予调整，请继续承办：{case}"
    notices.post(
        to=people_of_units([unit], on=on), text=text, about=case, at=at, kind=Alert.Kind.TASK
    )
    notices.post(
        to=deputies_of(case, on=on),
        text=f"{unit}曾申请调整，裁定由其继续承办：{case}",
        about=case,
        at=at,
    )


@transaction.atomic
def hand_up_return(request_id: int, *, note: str, by: Membership, at: datetime) -> None:
    """
    Leave a request to 代表工委, because another system should have the case (提交代表工委裁定).

    :raises AlreadyDecided: if a colleague was faster.
    """
    case = lock_case(_case_of_return(request_id))
    request = _undecided(request_id)
    refuse_recused(case, by)
    committee = working_committee_of(case.congress)
    deadlines.meet(request.deadline, at=at)
    request.decider, request.deadline = committee, _decision_clock(case, committee, at)
    request.save(update_fields=["decider", "deadline"])
    timeline.add(
        case,
        "hand_up_return",
        f"{request.assignment.unit}的调整申请提交代表工委裁定",
        by=by,
        at=at,
        note=note.strip(),
        audience=Audience.OFFICES,
    )
    _tell_decider(case, request, at=at)


@transaction.atomic
def allow_late_return(
    assignment_id: int, *, until: date, why: str, by: Membership, at: datetime
) -> None:
    """
    Let a unit ask to be relieved although its days are over (逾期受理调整申请).

    :raises WindowStillOpen: if it may still ask anyway.
    :raises DeadlineHasEnded: if it has asked before.
    """
    case = lock_case(case_of(assignment_id))
    assignment = read_again(assignment_id)
    window, today = assignment.return_deadline, timezone.localdate(at)
    if window is None or not rules.is_in_hand(assignment):
        raise MoveNotAllowed(Move.ASK_RETURN, assignment)
    if window.is_open and window.due_on >= today:
        raise WindowStillOpen
    deadlines.extend(window, until=max(until, today), why=why[:200], by=by)
    timeline.add(
        case,
        "allow_late_return",
        f"准予{assignment.unit}逾期申请调整",
        by=by,
        at=at,
        note=why.strip(),
        audience=Audience.UNIT,
        unit=assignment.unit,
    )
    notices.post(
        to=people_of_units([assignment.unit], on=today),
        text=f"可于{window.due_on:%m月%d日}前申请调整：{case}",
        about=case,
        at=at,
    )


def _case_of_return(request_id: int) -> int:
    rows = ReturnRequest.objects.values_list("assignment__suggestion_id", flat=True)
    return rows.get(pk=request_id)


def _undecided(request_id: int) -> ReturnRequest:
    """Read the request again under the lock: the row on the screen may be an hour old."""
    request = ReturnRequest.objects.select_related(
        "assignment__unit__system__office",
        "assignment__suggestion",
        "assignment__referral",
        "reason",
        "decider",
        "decided_by__user",
        "deadline",
    ).get(pk=request_id)
    if request.decided_at:
        raise AlreadyDecided(request)
    if request.assignment.state != State.RETURNING:
        raise MoveNotAllowed(Move.REASSIGN, request.assignment)
    return request


def _decide(
    request: ReturnRequest, outcome: str, note: str, *, by: Membership, at: datetime
) -> None:
    request.outcome, request.decision_note = outcome, note.strip()
    request.decided_at, request.decided_by = at, by
    request.save(update_fields=["outcome", "decision_note", "decided_at", "decided_by"])
    deadlines.meet(request.deadline, at=at)
