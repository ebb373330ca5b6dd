"""Put talks and attempts on record, and settle whether they count (沟通、面商)."""

from __future__ import annotations

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from assignment.models import Assignment
from common import workdays
from common.refusals import Refusal
from congress.calendars import working_calendar
from congress.models import Congress, Deputy
from congress.profile import rules_for
from handling import people
from handling.models import Talk
from handling.people import deputies_of, respondent_of
from handling.rules.seats import WHILE_ANSWERED
from handling.services.folding import fold_talks
from handling.services.holding import AlreadyHandled, NotInHand, hold_assignment, hold_talk
from notices.models import Alert
from notices.services import post
from suggestions import timeline
from suggestions.attachments import attach
from suggestions.models import Attachment, Audience

State = Talk.State


class TalkInTheFuture(Refusal):
    def __init__(self) -> None:
        super().__init__("沟通日期不能晚于今天。")


class TalkBeforeHandOver(Refusal):
    def __init__(self, assignment: Assignment):
        super().__init__(f"沟通日期不能早于交办日期（{assignment.assigned_on:%Y年%m月%d日}）。")


class NotADeputyOfTheCase(Refusal):
    def __init__(self) -> None:
        super().__init__("请选择这件建议的领衔代表或者联名代表。")


class DisputeNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("请说明为什么不认可这次沟通记录，例如时间、方式或者内容与实际不符。")


def check_day(assignment: Assignment, talked_on: date, at: datetime) -> None:
    """
    Test that a unit could have talked on a day.

    :raises NotInHand: if the unit does not hold the receipt.
    :raises TalkInTheFuture: if the day has not come.
    :raises TalkBeforeHandOver: if the unit did not have the case yet.
    """
    working = {Assignment.State.ACCEPTED, Assignment.State.DONE}
    if assignment.state not in working or assignment.suggestion.stage not in WHILE_ANSWERED:
        raise NotInHand(assignment)
    if talked_on > timezone.localdate(at):
        raise TalkInTheFuture
    if assignment.assigned_on is not None and talked_on < assignment.assigned_on:
        raise TalkBeforeHandOver(assignment)


@transaction.atomic
def record_talk(
    assignment_id: int,
    *,
    way: Talk.Way,
    phase: Talk.Phase,
    talked_on: date,
    unit_people: str,
    summary: str,
    place: str = "",
    agreed: str = "",
    deputy: Deputy | None = None,
    record: UploadedFile | None = None,
    by: Membership,
    at: datetime,
) -> Talk:
    """
    Put a talk with a deputy on record (沟通记录), for the deputy to confirm.

    With a signed record (面商记录) it counts at once.

    :raises NotInHand: if the unit does not hold the receipt.
    :raises TalkInTheFuture: if the day has not come.
    :raises TalkBeforeHandOver: if the unit did not have the case yet.
    :raises NotADeputyOfTheCase: if the deputy neither leads nor co-signs.
    """
    assignment = hold_assignment(assignment_id)
    case = assignment.suggestion
    check_day(assignment, talked_on, at)
    deputy = deputy or respondent_of(case)
    if deputy is None or deputy not in deputies_of(case):
        raise NotADeputyOfTheCase

    paper = record and attach(
        case,
        record,
        purpose=Attachment.Purpose.TALK,
        audience=Audience.UNIT,
        unit=assignment.unit,
        by=by,
        at=at,
    )
    talk = Talk.objects.create(
        assignment=assignment,
        round=case.round,
        deputy=deputy,
        way=way,
        phase=phase,
        talked_on=talked_on,
        place=place,
        unit_people=unit_people,
        summary=summary,
        agreed=agreed,
        record=paper or None,
        state=State.SIGNED if paper else State.RECORDED,
        recorded_at=at,
        recorded_by=by,
    )
    fold_talks(assignment, talk.round, at=at)
    _tell_of(talk, at=at, by=by)
    return talk


def _tell_of(talk: Talk, *, by: Membership, at: datetime) -> None:
    case, unit = talk.assignment.suggestion, talk.assignment.unit
    day, deputy = timezone.localdate(at), talk.deputy
    text = f"{unit}与{talk.deputy}代表{talk.get_way_display()}"
    timeline.add(case, "talk", text, by=by, at=at, note=f"沟通日期{talk.talked_on:%Y年%m月%d日}")
    ask = "请确认" if talk.state == State.RECORDED else "已附签名记录，如有不符请告知代表工委"
    post(
        to=people.people_of_deputies([deputy] if deputy else [], on=day)
        or people.speakers_of(case, on=day),
        text=f"{unit}记录了与您的{talk.get_way_display()}，{ask}：{case.title}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )


def settle(talk: Talk, state: Talk.State, *, by: Membership | None, at: datetime) -> None:
    """Give a talk its final state and fold what follows; ``by`` is None where time did it."""
    talk.state = state
    if by is not None:
        talk.answered_at, talk.answered_by = at, by
    talk.save(update_fields=["state", "answered_at", "answered_by", "dispute"])
    fold_talks(talk.assignment, talk.round, at=at)


def must_wait(talk: Talk, state: Talk.State) -> None:
    """
    Test that a talk still waits.

    :raises AlreadyHandled: if it is settled.
    """
    if talk.state != state:
        raise AlreadyHandled(f"这条沟通记录已是“{talk.get_state_display()}”，不用再处理。")


@transaction.atomic
def confirm_talk(talk_id: int, *, by: Membership, at: datetime) -> None:
    """
    Let the deputy confirm a talk (确认沟通).

    :raises AlreadyHandled: if it is settled.
    """
    talk = hold_talk(talk_id)
    must_wait(talk, State.RECORDED)
    settle(talk, State.CONFIRMED, by=by, at=at)
    case = talk.assignment.suggestion
    timeline.add(
        case, "confirm_talk", f"{talk.deputy}代表确认与{talk.assignment.unit}的沟通", by=by, at=at
    )


@transaction.atomic
def dispute_talk(talk_id: int, *, reason: str, by: Membership, at: datetime) -> None:
    """
    Let the deputy say that a talk did not take place as written (不认可).

    :raises AlreadyHandled: if it is settled.
    :raises DisputeNeedsReason: if nothing is said.
    """
    talk = hold_talk(talk_id)
    must_wait(talk, State.RECORDED)
    if not reason.strip():
        raise DisputeNeedsReason
    talk.dispute = reason.strip()
    settle(talk, State.DISPUTED, by=by, at=at)
    case, unit, day = talk.assignment.suggestion, talk.assignment.unit, timezone.localdate(at)
    text = f"{talk.deputy}代表不认可{unit}的沟通记录"
    timeline.add(
        case, "dispute_talk", text, by=by, at=at, note=reason, audience=Audience.UNIT, unit=unit
    )
    post(
        to=[*people.handlers_of(talk.assignment, on=day), *people.staff_of(case.congress, on=day)],
        text=f"代表不认可{unit}{talk.talked_on:%m月%d日}的沟通记录：{case}",
        about=case,
        at=at,
    )


def last_day_to_dispute(congress: Congress, recorded_on: date) -> date:
    """Return the last day on which a deputy may dispute a record (沟通记录异议期)."""
    clock = rules_for(congress, on=recorded_on).clock("talk_undisputed")
    return workdays.add(recorded_on, clock.amount, working_calendar()).due_on


def settle_talks(*, at: datetime) -> int:
    """Let the records count that nobody disputed in time, and return how many (期满无异议)."""
    today = timezone.localdate(at)
    waiting = Talk.objects.filter(state=State.RECORDED).select_related(
        "assignment__suggestion__congress"
    )
    settled = 0
    for talk in waiting.order_by("assignment__suggestion", "pk"):
        congress = talk.assignment.suggestion.congress
        if last_day_to_dispute(congress, timezone.localdate(talk.recorded_at)) < today:
            settled += _settle_undisputed(talk.pk, at=at)
    return settled


@transaction.atomic
def _settle_undisputed(talk_id: int, *, at: datetime) -> int:
    talk = hold_talk(talk_id)
    if talk.state != State.RECORDED:  # the deputy answered a moment ago
        return 0
    settle(talk, State.UNDISPUTED, by=None, at=at)
    text = f"{talk.assignment.unit}的沟通记录期满无异议"
    timeline.add(talk.assignment.suggestion, "undisputed_talk", text, by=None, at=at)
    return 1
