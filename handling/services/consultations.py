"""Ask the deputy's view of the preliminary reply, and settle it (初步答复征求代表意见)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from common.refusals import Refusal
from congress.profile import rules_for
from handling import people
from handling.models import Consultation, Reply
from handling.people import respondent_of
from handling.rules.seats import is_in_hand
from handling.selectors.letter import text_of
from handling.services.gates import move, require_complete, require_talk, require_work
from handling.services.holding import (
    AlreadyHandled,
    NotInHand,
    hold_consultation,
    hold_reply,
)
from notices.models import Alert
from notices.services import post
from suggestions import deadlines, timeline
from suggestions.models import Audience, Deadline

State, View = Reply.State, Consultation.View


class NobodyToAsk(Refusal):
    def __init__(self) -> None:
        super().__init__("该代表团还没有登记团长，无法征求意见，请联系代表工委。")


class ViewNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("不认同时请说明原因，承办单位才知道怎样改进。")


@transaction.atomic
def consult(
    reply_id: int, *, without_opinion_reason: str = "", by: Membership, at: datetime
) -> Consultation | None:
    """
    Send the preliminary reply to the lead deputy (征求代表意见).

    Where the local rules ask for no such view, the reply goes on to be signed and None returns.

    :raises NotInHand: if the receipt is no longer worked on.
    :raises AlreadyHandled: if a colleague has moved the reply on.
    :raises NotTalkedYet: if nobody has talked to the deputy (不沟通不答复).
    :raises ReplyIsIncomplete: if something is unanswered.
    :raises OpinionsAreMissing: if a supporting unit's opinion is missing without explanation.
    :raises NobodyToAsk: if the case has no deputy to ask.
    """
    reply = hold_reply(reply_id)
    assignment, case = reply.assignment, reply.assignment.suggestion
    inside = assignment.unit.signs_inside
    require_work(reply, State.CHECKING if inside else State.DRAFTING)
    require_talk(assignment, counted=False)
    require_complete(reply, reason=without_opinion_reason, at=at)
    day = timezone.localdate(at)
    reply.check_note = ""
    if not rules_for(case.congress, on=day).pre_reply_consult:
        move(reply, State.SIGNING)
        _note(reply, "ready_to_sign", "答复定稿，待签发", by=by, at=at)
        return None

    deputy = respondent_of(case)
    if deputy is None:
        raise NobodyToAsk
    consultation = Consultation.objects.create(
        reply=reply,
        deputy=deputy,
        text=text_of(reply),
        asked_at=at,
        asked_by=by,
        deadline=deadlines.start(
            Deadline.Kind.CONSULT, clock="consult", holder=deputy, starts_on=day, case=case
        ),
    )
    move(reply, State.CONSULTING)
    _tell_asked(consultation, by=by, at=at)
    return consultation


def _tell_asked(consultation: Consultation, *, by: Membership, at: datetime) -> None:
    assignment = consultation.reply.assignment
    case, day = assignment.suggestion, timezone.localdate(at)
    clock = consultation.deadline
    assert clock is not None  # noqa: S101 - started with the question
    until = f"{clock.due_on:%m月%d日}"
    timeline.add(
        case,
        "consult",
        f"{assignment.unit}就初步答复征求{consultation.deputy}代表意见",
        by=by,
        at=at,
        note=f"请于{until}前提出",
    )
    asked = people.speakers_of(case, on=day)
    post(
        to=asked or people.staff_of(case.congress, on=day),
        text=f"{assignment.unit}的初步答复请您过目，{until}前告知是否认同：{case.title}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )


def _note(reply: Reply, action: str, text: str, *, by: Membership, at: datetime) -> None:
    unit = reply.assignment.unit
    timeline.add(
        reply.assignment.suggestion,
        action,
        text,
        by=by,
        at=at,
        audience=Audience.UNIT,
        unit=unit,
    )


def require_open(consultation: Consultation) -> None:
    """
    Test that a question still waits for the deputy.

    :raises AlreadyHandled: if it was answered.
    :raises NotInHand: if the receipt is no longer worked on.
    """
    reply = consultation.reply
    if consultation.view:
        raise AlreadyHandled(
            f"对初步答复的意见已是“{consultation.get_view_display()}”，不能重复提出。"
        )
    if not is_in_hand(reply.assignment) or reply.round != reply.assignment.suggestion.round:
        raise NotInHand(reply.assignment)


def settle(
    consultation: Consultation, view: Consultation.View, *, note: str, by: Membership, at: datetime
) -> None:
    """Write what became of a question, and who said so."""
    consultation.view, consultation.note = view, note.strip()
    consultation.answered_at, consultation.answered_by = at, by
    consultation.save()


@transaction.atomic
def answer_consultation(
    consultation_id: int,
    *,
    view: Consultation.View,
    note: str = "",
    by: Membership,
    at: datetime,
) -> None:
    """
    Let the deputy agree with the preliminary reply or not (认同、不认同).

    Agreed, the unit may sign; otherwise its writer gets the text back.

    :raises AlreadyHandled: if it was answered, or 代表工委 let it lapse.
    :raises NotInHand: if the receipt is no longer worked on.
    :raises ViewNeedsReason: if the deputy disagrees without a word.
    """
    consultation = hold_consultation(consultation_id)
    require_open(consultation)
    agreed = view == View.AGREE
    if not agreed and not note.strip():
        raise ViewNeedsReason

    settle(consultation, View.AGREE if agreed else View.DISAGREE, note=note, by=by, at=at)
    deadlines.meet(consultation.deadline, at=at)
    reply = consultation.reply
    move(reply, State.SIGNING if agreed else State.DRAFTING)
    _tell_view(consultation, by=by, at=at)


def _tell_view(consultation: Consultation, *, by: Membership, at: datetime) -> None:
    assignment = consultation.reply.assignment
    case, day = assignment.suggestion, timezone.localdate(at)
    word = consultation.get_view_display()
    entered = "（工委代录）" if by.deputy_id != consultation.deputy_id else ""
    text = f"{consultation.deputy}代表{word}{assignment.unit}的初步答复{entered}"
    timeline.add(case, "view", text, by=by, at=at, note=consultation.note)
    told = people.people_of_unit(assignment.unit, on=day)
    if consultation.view == View.DISAGREE:
        told += people.staff_of(case.congress, on=day) + people.system_people(
            assignment.unit, on=day
        )
    next_step = "可以签发答复" if consultation.view == View.AGREE else "请修改完善"
    text = f"代表{word}初步答复，{next_step}：{case}"
    post(to=told, text=text, about=case, at=at, kind=Alert.Kind.TASK)
