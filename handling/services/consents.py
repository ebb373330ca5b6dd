"""Consent of 代表工委 to a reply the deputy left unanswered, or does not share."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from common.refusals import Refusal
from handling import people
from handling.models import Consultation, Reply
from handling.selectors.letter import text_of
from handling.services.consultations import require_open, settle
from handling.services.gates import move, require_complete, require_talk, require_work
from handling.services.holding import (
    AlreadyHandled,
    hold_consultation,
)
from notices.services import post
from suggestions import deadlines, timeline
from suggestions.models import Suggestion

State, View = Reply.State, Consultation.View


class NotExpired(Refusal):
    def __init__(self, last: date):
        super().__init__(f"代表可在{last:%m月%d日}前提出意见，期满后才能同意直接答复。")


class ConsentNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("请说明协调或者催促的情况，以及同意答复的理由。")


@transaction.atomic
def let_lapse(consultation_id: int, *, note: str, by: Membership, at: datetime) -> None:
    """
    Allow a reply on which the deputy said nothing in time (期满经工委同意答复).

    :raises AlreadyHandled: if the deputy answered first.
    :raises NotInHand: if the receipt is no longer worked on.
    :raises NotExpired: if the deputy still has time.
    :raises ConsentNeedsReason: if nothing is said about reminding the deputy.
    """
    consultation = hold_consultation(consultation_id)
    require_open(consultation)
    clock, day = consultation.deadline, timezone.localdate(at)
    if clock is not None and clock.due_on >= day:
        raise NotExpired(clock.due_on)
    if not note.strip():
        raise ConsentNeedsReason
    settle(consultation, View.LAPSED, note=note, by=by, at=at)
    deadlines.end(clock, why="期满，经代表工委同意答复", at=at)
    move(consultation.reply, State.SIGNING)
    _tell_consent(consultation, by=by, at=at)


@transaction.atomic
def overrule(consultation_id: int, *, note: str, by: Membership, at: datetime) -> Consultation:
    """
    Allow a reply after mediation although the deputy does not share it (经工委协调同意答复).

    The deputy's view stays on record; the consent stands in a row of its own.

    :raises AlreadyHandled: if the unit has moved on, or it is not the latest view.
    :raises NotTalkedYet: if nobody has talked to the deputy.
    :raises ConsentNeedsReason: if nothing is said about the mediation.
    """
    disagreed = hold_consultation(consultation_id)
    reply = disagreed.reply
    later = Consultation.objects.filter(reply=reply, pk__gt=disagreed.pk)
    if disagreed.view != View.DISAGREE or later.exists():
        raise AlreadyHandled("这份初步答复的意见已有新的情况，请刷新页面查看。")
    require_work(reply, State.DRAFTING)
    require_talk(reply.assignment, counted=False)
    if not note.strip():
        raise ConsentNeedsReason
    require_complete(reply, reason="", at=at)
    consent = Consultation.objects.create(
        reply=reply,
        deputy=disagreed.deputy,
        text=text_of(reply),
        asked_at=at,
        asked_by=by,
        view=View.OVERRULED,
        note=note.strip(),
        answered_at=at,
        answered_by=by,
    )
    move(reply, State.SIGNING)
    _tell_consent(consent, by=by, at=at)
    return consent


def _tell_consent(consultation: Consultation, *, by: Membership, at: datetime) -> None:
    assignment = consultation.reply.assignment
    case: Suggestion = assignment.suggestion
    day = timezone.localdate(at)
    text = f"代表工委同意{assignment.unit}答复（{consultation.get_view_display()}）"
    timeline.add(case, "consent", text, by=by, at=at, note=consultation.note)
    post(
        to=[
            *people.people_of_unit(assignment.unit, on=day),
            *people.speakers_of(case, on=day),
        ],
        text=f"{text}：{case.title}",
        about=case,
        at=at,
    )
