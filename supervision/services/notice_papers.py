"""What people do with notices to units: correct, release, drop, answer (督办通知单)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, UNIT_ROLES
from accounts.selectors import members_in_role, members_of
from assignment.people import name_of
from common.refusals import Refusal
from congress.models import Congress
from notices import services as notices
from notices.models import Alert
from suggestions import timeline
from suggestions.models import Audience, Suggestion
from suggestions.workflow import lock_case
from supervision.models import SupervisionNotice
from supervision.services.answering import take_answer

State = SupervisionNotice.State


class NoticeSettled(Refusal):
    def __init__(self, notice: SupervisionNotice):
        who = notice.released_by or notice.dropped_by
        by = f"{name_of(who)}已处理" if who else "已自动撤下"
        reason = f"（{notice.dropped_why}）" if notice.dropped_why else ""
        super().__init__(f"这份督办通知单{by}，现在是“{notice.get_state_display()}”{reason}。")


class NoLongerLate(Refusal):
    def __init__(self) -> None:
        super().__init__("这项期限已经完成、终止或延长，不需再签发督办通知单。")


class NoLongerHandles(Refusal):
    def __init__(self, notice: SupervisionNotice):
        super().__init__(f"{notice.assignment.unit}已不再承办这件建议，不需再签发督办通知单。")


class AnswerDayPast(Refusal):
    def __init__(self) -> None:
        super().__init__("要求回应的日期不能早于今天。")


@transaction.atomic
def edit_notice(
    notice_id: int, *, text: str, answer_by: date, by: Membership, at: datetime
) -> None:
    """
    Keep the corrected words of a draft for a colleague to release (保存修改).

    :raises NoticeSettled: if it is no draft any more.
    """
    _, notice = _locked_draft(notice_id)
    notice.text, notice.answer_by = text.strip(), answer_by
    notice.edited_at, notice.edited_by = at, by
    notice.save(update_fields=["text", "answer_by", "edited_at", "edited_by"])


@transaction.atomic
def release_notice(
    notice_id: int, *, text: str, answer_by: date, by: Membership, at: datetime
) -> SupervisionNotice:
    """
    Give a draft its number and send it to the unit (签发督办通知单).

    :raises NoticeSettled: if it is no draft any more.
    :raises NoLongerLate: if the duty was met, ended or extended meanwhile.
    :raises NoLongerHandles: if the unit was relieved.
    :raises AnswerDayPast: if the answer is wanted before today.
    """
    case, notice = _locked_draft(notice_id)
    today = timezone.localdate(at)
    clock = notice.deadline
    if not clock.is_open or clock.due_on != notice.missed_on:
        raise NoLongerLate
    if not notice.assignment.is_live:
        raise NoLongerHandles(notice)
    if answer_by < today:
        raise AnswerDayPast
    notice.text, notice.answer_by = text.strip(), answer_by
    notice.state, notice.office = State.RELEASED, by.office
    notice.released_at, notice.released_by = at, by
    notice.year, notice.number = today.year, _next_number(notice.congress_id, today.year)
    notice.save()
    unit = notice.assignment.unit
    timeline.add(
        case,
        "release_notice",
        f"签发{notice.number_text}（{unit}）",
        by=by,
        at=at,
        note=notice.text,
        audience=Audience.UNIT,
        unit=unit,
    )
    _tell_release(case, notice, on=today)
    return notice


@transaction.atomic
def drop_notice(notice_id: int, *, why: str, by: Membership, at: datetime) -> None:
    """
    Put a draft aside with a reason; the same missed day asks for no other (不予签发).

    :raises NoticeSettled: if it is no draft any more.
    """
    case, notice = _locked_draft(notice_id)
    notice.state, notice.dropped_why = State.DROPPED, why.strip()[:200]
    notice.dropped_at, notice.dropped_by = at, by
    notice.save(update_fields=["state", "dropped_why", "dropped_at", "dropped_by"])
    timeline.add(
        case,
        "drop_notice",
        f"不予签发对{notice.assignment.unit}的督办通知单",
        by=by,
        at=at,
        note=notice.dropped_why,
        audience=Audience.OFFICES,
    )


@transaction.atomic
def answer_notice(notice_id: int, *, answer: str, by: Membership, at: datetime) -> None:
    """
    Say what the unit does about it; who released it and 代表工委 are told (回应督办通知单).

    :raises AnsweredAlready: if a colleague was faster.
    """
    case, notice = _locked(notice_id)
    take_answer(
        case,
        notice,
        answer=answer,
        action="answer_notice",
        deed=f"回应{notice.number_text}",
        tell=_supervisors_of(notice, on=timezone.localdate(at)),
        by=by,
        at=at,
        link=notice.get_absolute_url(),
    )


def _locked(notice_id: int) -> tuple[Suggestion, SupervisionNotice]:
    rows = SupervisionNotice.objects.values_list("assignment__suggestion_id", flat=True)
    case = lock_case(rows.get(pk=notice_id))
    notice = SupervisionNotice.objects.select_related(
        "assignment__unit__system",
        "deadline",
        "released_by__user",
        "dropped_by__user",
        "answered_by__user",
    ).get(pk=notice_id)
    return case, notice


def _locked_draft(notice_id: int) -> tuple[Suggestion, SupervisionNotice]:
    case, notice = _locked(notice_id)
    # The daily run drops drafts without the lock of the case: wait for it, then look again.
    state = SupervisionNotice.objects.select_for_update(no_key=True).values_list("state", flat=True)
    if state.get(pk=notice_id) != State.DRAFT:
        notice.refresh_from_db()
        raise NoticeSettled(notice)
    return case, notice


def _next_number(congress_id: int, year: int) -> int:
    """Find the next number of a year; the congress's row makes releases wait for each other."""
    Congress.objects.select_for_update(no_key=True).get(pk=congress_id)
    given = SupervisionNotice.objects.filter(congress_id=congress_id, year=year)
    return (given.aggregate(last=Max("number"))["last"] or 0) + 1


def _tell_release(case: Suggestion, notice: SupervisionNotice, *, on: date) -> None:
    """Tell the people of the unit, and the office that did not release it itself."""
    unit, at = notice.assignment.unit, notice.released_at
    assert at is not None  # noqa: S101 - the database keeps a release whole
    notices.post(
        to=members_of(unit=unit, roles=UNIT_ROLES, on=on),
        text=f"收到{notice.number_text}，请于{notice.answer_by:%m月%d日}前回应：{case}",
        about=case,
        link=notice.get_absolute_url(),
        kind=Alert.Kind.TASK,
        at=at,
    )
    others = [each for each in _supervisors_of(notice, on=on) if each.office_id != notice.office_id]
    notices.post(
        to=others,
        text=f"{notice.office}已对{unit}签发{notice.number_text}：{case}",
        about=case,
        link=notice.get_absolute_url(),
        at=at,
    )


def _supervisors_of(notice: SupervisionNotice, *, on: date) -> list[Membership]:
    """Return 代表工委 and the office of the unit's system."""
    office = notice.assignment.unit.system.office_id
    return [
        *members_in_role(notice.congress, *COMMITTEE_STAFF_ROLES, on=on),
        *(members_of(office=office, roles=[Role.SYSTEM_OFFICE], on=on) if office else []),
    ]
