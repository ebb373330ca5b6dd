"""Ask for a later day and decide on it (延期申请), never beyond what the law allows."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from assignment.models import Assignment
from common import workdays
from common.refusals import Refusal
from congress.calendars import working_calendar
from congress.profile import ExtensionApprover, rules_for
from handling import people
from handling.models import ExtensionRequest
from handling.rules.seats import is_in_hand
from handling.services.holding import AlreadyHandled, NotInHand, hold_assignment, hold_request
from notices.models import Alert
from notices.services import post
from suggestions import deadlines, timeline

Outcome = ExtensionRequest.Outcome


class NoDeadlineToExtend(Refusal):
    def __init__(self) -> None:
        super().__init__("答复期限已经届满或者结束，不能再申请延期。")


class NotLater(Refusal):
    def __init__(self, due_on: date):
        super().__init__(f"申请延至的日期应晚于现在的答复期限（{due_on:%Y年%m月%d日}）。")


class BeyondTheLaw(Refusal):
    def __init__(self, last: date, months: int):
        super().__init__(
            f"最迟只能延至{last:%Y年%m月%d日}：自交办之日起不得超过{months}个月（代表法第五十一条）。"
        )


class ExtensionNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("请说明延期的理由。")


class DeputyNotTold(Refusal):
    def __init__(self) -> None:
        super().__init__("申请延期前须向代表说明情况，请先与代表联系。")


class OfficeFirst(Refusal):
    def __init__(self) -> None:
        super().__init__("请先由归口督查机构提出意见。")


def latest_day(assignment: Assignment) -> date | None:
    """
    Return the last day to which a reply may be put off, None without a clock.

    代表法第五十一条第二款：自交办之日起六个月内答复。A re-handling counts from its own start.
    """
    clock = assignment.answer_deadline
    if clock is None:
        return None
    rules = rules_for(assignment.suggestion.congress, on=clock.starts_on)
    cap = workdays.Amount(rules.extension_cap, workdays.Unit.MONTH)
    return workdays.add(clock.starts_on, cap, working_calendar()).due_on


@transaction.atomic
def ask_extension(
    assignment_id: int,
    *,
    reason: str,
    until: date,
    told_deputy: bool,
    by: Membership,
    at: datetime,
) -> ExtensionRequest:
    """
    Ask to answer later (申请延期).

    Where the local rules ask nobody's consent the new day holds at once.

    :raises NotInHand: if the unit does not work on the receipt.
    :raises AlreadyHandled: if a request waits for its decision.
    :raises NoDeadlineToExtend: if the deadline is past.
    :raises NotLater: if the day asked for is none.
    :raises BeyondTheLaw: if it is more than six months from the hand-over.
    :raises ExtensionNeedsReason: if no reason is given.
    :raises DeputyNotTold: if the deputy does not know.
    """
    assignment = hold_assignment(assignment_id)
    if not assignment.answers or not is_in_hand(assignment):
        raise NotInHand(assignment)
    if assignment.extension_requests.undecided().exists():
        raise AlreadyHandled("本单位已有一项延期申请等待决定。")
    _require_possible(assignment, until, timezone.localdate(at))
    if not reason.strip():
        raise ExtensionNeedsReason
    if not told_deputy:
        raise DeputyNotTold

    request = ExtensionRequest.objects.create(
        assignment=assignment,
        reason=reason.strip(),
        until=until,
        told_deputy=told_deputy,
        asked_at=at,
        asked_by=by,
    )
    _tell_asked(request, by=by, at=at)
    rules = rules_for(assignment.suggestion.congress, on=timezone.localdate(at))
    if rules.extension_approver == ExtensionApprover.NOBODY:
        _decide(request, Outcome.GRANTED, note="按本地规则无须批准", by=by, at=at)
    return request


def _require_possible(assignment: Assignment, until: date, today: date) -> None:
    clock, last = assignment.answer_deadline, latest_day(assignment)
    if clock is None or last is None or not clock.is_open or clock.due_on < today:
        raise NoDeadlineToExtend
    if until <= clock.due_on:
        raise NotLater(clock.due_on)
    if until > last:
        rules = rules_for(assignment.suggestion.congress, on=clock.starts_on)
        raise BeyondTheLaw(last, rules.extension_cap)


def _tell_asked(request: ExtensionRequest, *, by: Membership, at: datetime) -> None:
    assignment, case = request.assignment, request.assignment.suggestion
    day = timezone.localdate(at)
    text = f"{assignment.unit}申请延期至{request.until:%Y年%m月%d日}答复"
    timeline.add(case, "ask_extension", text, by=by, at=at, note=request.reason)
    post(
        to=[
            *people.staff_of(case.congress, on=day),
            *people.system_people(assignment.unit, on=day),
        ],
        text=f"{text}：{case}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )


def _require_undecided(request: ExtensionRequest) -> None:
    if request.outcome:
        raise AlreadyHandled(f"这项延期申请已决定：{request.get_outcome_display()}。")


@transaction.atomic
def give_view(request_id: int, *, view: str, by: Membership, at: datetime) -> None:
    """
    Let the office of the unit's system say what it thinks of a request (督查机构意见).

    :raises AlreadyHandled: if it is decided, or a colleague gave a view.
    """
    request = hold_request(request_id)
    _require_undecided(request)
    if request.office_view:
        raise AlreadyHandled("本机构已对这项延期申请提出意见。")
    request.office_view = view.strip()
    request.save(update_fields=["office_view"])
    case = request.assignment.suggestion
    post(
        to=people.staff_of(case.congress, on=timezone.localdate(at)),
        text=f"{by.office}已对{request.assignment.unit}的延期申请提出意见：{case}",
        about=case,
        at=at,
    )


@transaction.atomic
def decide_extension(
    request_id: int, *, granted: bool, note: str = "", by: Membership, at: datetime
) -> None:
    """
    Decide on a request (决定延期); granted, the clock runs to the later day.

    :raises AlreadyHandled: if a colleague decided.
    :raises NotInHand: if the unit has returned the receipt meanwhile.
    :raises OfficeFirst: if the local rules want the office's view first.
    :raises ExtensionNeedsReason: if a refusal says nothing.
    """
    request = hold_request(request_id)
    _require_undecided(request)
    if not is_in_hand(request.assignment):
        raise NotInHand(request.assignment)
    case = request.assignment.suggestion
    rules = rules_for(case.congress, on=timezone.localdate(at))
    if rules.extension_approver == ExtensionApprover.BOTH and not request.office_view:
        raise OfficeFirst
    if not granted and not note.strip():
        raise ExtensionNeedsReason
    _decide(request, Outcome.GRANTED if granted else Outcome.REFUSED, note=note, by=by, at=at)


def _decide(
    request: ExtensionRequest,
    outcome: ExtensionRequest.Outcome,
    *,
    note: str,
    by: Membership,
    at: datetime,
) -> None:
    request.outcome, request.decision_note = outcome, note.strip()
    request.decided_at, request.decided_by = at, by
    request.save()
    assignment, case = request.assignment, request.assignment.suggestion
    clock = assignment.answer_deadline
    if outcome == Outcome.GRANTED and clock is not None:
        deadlines.extend(clock, until=request.until, why=request.reason[:200], by=by)
    day = timezone.localdate(at)
    text = f"{outcome.label}：{assignment.unit}，至{request.until:%Y年%m月%d日}"
    timeline.add(case, "decide_extension", text, by=by, at=at, note=note)
    post(
        to=[
            *people.people_of_unit(assignment.unit, on=day),
            *people.speakers_of(case, on=day),
            *people.system_people(assignment.unit, on=day),
        ],
        text=f"{text}：{case}",
        about=case,
        at=at,
    )
