"""Write a reply and bring it to the point where the deputy can be asked (拟稿、核稿)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from assignment.models import Assignment
from common.refusals import Refusal
from congress.models import ResultClass
from handling import people
from handling.models import Promise, Reply, ReplyItem
from handling.rules.seats import is_in_hand
from handling.rules.slips import Pledge
from handling.services.gates import move, require_complete, require_work
from handling.services.holding import NotInHand, hold_assignment, hold_reply
from notices.models import Alert
from notices.services import post
from suggestions import timeline
from suggestions.models import Audience, SuggestionItem

State = Reply.State


class DraftHasChanged(Refusal):
    """Somebody else saved the draft since the page was opened."""

    def __init__(self, reply: Reply):
        who = reply.saved_by.user.name if reply.saved_by else "同事"
        when = timezone.localtime(reply.saved_at) if reply.saved_at else None
        moment = f"于{when:%m月%d日 %H:%M}" if when else ""
        super().__init__(
            f"{who}{moment}保存了新的版本，您的改动没有覆盖它。"
            "较新的内容已列出；您刚才填写的仍在输入框中，请核对后再保存。"
        )


class NoLongerADraft(Refusal):
    def __init__(self, reply: Reply):
        super().__init__(f"答复已进入“{reply.get_state_display()}”，不能再修改文稿。")


class NotForThisUnit(Refusal):
    def __init__(self) -> None:
        super().__init__("本单位的答复不在本系统内核稿，请直接送代表征求意见。")


@dataclass(frozen=True)
class DraftText:
    """What a writer has on the page (拟稿内容)."""

    opening: str = ""
    closing: str = ""
    claimed_class: ResultClass | None = None
    class_reason: str = ""
    reported_to: str = ""
    reported_on: date | None = None
    contact_name: str = ""
    contact_phone: str = ""
    answers: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    pledges: Sequence[Pledge] = ()


@transaction.atomic
def save_draft(
    assignment_id: int,
    draft: DraftText,
    *,
    version: int,
    page: str = "",
    by: Membership,
    at: datetime,
) -> Reply:
    """
    Keep what a writer has so far (保存草稿); ``version`` is that of the page, 0 for a new draft.

    ``answers`` maps the id of each numbered request to its outcome and text. ``page`` is a mark of
    that page: what it saved by itself a moment ago is never in its own way, even when the answer
    has yet to arrive.

    :raises NotInHand: if the unit does not hold the receipt.
    :raises NoLongerADraft: if the reply has left its writer.
    :raises DraftHasChanged: if somebody else saved since.
    """
    assignment = hold_assignment(assignment_id)
    if not assignment.answers or not is_in_hand(assignment):
        raise NotInHand(assignment)
    reply = _draft_of(assignment, version, page)

    reply.opening, reply.closing = draft.opening, draft.closing
    reply.claimed_class = draft.claimed_class
    reply.class_reason, reply.reported_to = draft.class_reason, draft.reported_to
    reply.reported_on = draft.reported_on
    reply.contact_name, reply.contact_phone = draft.contact_name, draft.contact_phone
    reply.version, reply.saved_at, reply.saved_by = reply.version + 1, at, by
    reply.saved_page = page
    reply.drafted_by = reply.drafted_by or by
    reply.save()
    _keep_answers(reply, draft.answers)
    _keep_pledges(reply, draft.pledges)
    return reply


def _draft_of(assignment: Assignment, version: int, page: str) -> Reply:
    round_ = assignment.suggestion.round
    written = Reply.objects.select_related("saved_by__user").filter(
        assignment=assignment, round=round_
    )
    reply = written.first() or Reply(assignment=assignment, round=round_, version=0)
    reply.assignment = assignment
    if reply.state != State.DRAFTING:
        raise NoLongerADraft(reply)
    saved_by_this_page = bool(page) and reply.saved_page == page
    if reply.version != version and not saved_by_this_page:
        raise DraftHasChanged(reply)
    return reply


def _keep_answers(reply: Reply, answers: Mapping[int, tuple[str, str]]) -> None:
    asked = SuggestionItem.objects.filter(suggestion=reply.assignment.suggestion)
    rows = [
        ReplyItem(reply=reply, item=item, outcome=outcome, text=text)
        for item in asked
        for outcome, text in [answers.get(item.pk, ("", ""))]
    ]
    ReplyItem.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["reply", "item"],
        update_fields=["outcome", "text"],
    )


def _keep_pledges(reply: Reply, pledges: Sequence[Pledge]) -> None:
    reply.promises.filter(state=Promise.State.DRAFT).delete()
    case = reply.assignment.suggestion
    Promise.objects.bulk_create(
        Promise(
            congress_id=case.congress_id,
            suggestion=case,
            assignment=reply.assignment,
            reply=reply,
            content=pledge.content,
            person=pledge.person,
            due_on=pledge.due_on,
        )
        for pledge in pledges
    )


@transaction.atomic
def send_to_check(
    reply_id: int, *, without_opinion_reason: str = "", by: Membership, at: datetime
) -> None:
    """
    Hand a complete draft to the unit's head (送核稿).

    :raises NotForThisUnit: if the unit checks its letters elsewhere.
    :raises NotInHand: if the receipt is no longer worked on.
    :raises AlreadyHandled: if a colleague has moved the reply on.
    :raises ReplyIsIncomplete: if something is unanswered.
    :raises OpinionsAreMissing: if a supporting unit's opinion is missing without explanation.
    """
    reply = hold_reply(reply_id)
    require_work(reply, State.DRAFTING)
    if not reply.assignment.unit.signs_inside:
        raise NotForThisUnit
    require_complete(reply, reason=without_opinion_reason, at=at)
    reply.check_note = ""
    move(reply, State.CHECKING)
    _note_inside(reply, "send_to_check", "答复送核稿", by=by, at=at)
    post(
        to=people.heads_of_unit(reply.assignment.unit, on=timezone.localdate(at)),
        text=f"请核稿：{reply.assignment.suggestion}",
        about=reply.assignment.suggestion,
        at=at,
        kind=Alert.Kind.TASK,
    )


@transaction.atomic
def send_back_draft(reply_id: int, *, remark: str, by: Membership, at: datetime) -> None:
    """
    Give the text back to its writer with a remark (退回修改); it is consulted on anew afterwards.

    :raises NotInHand: if the receipt is no longer worked on.
    :raises AlreadyHandled: if a colleague has moved the reply on.
    """
    reply = hold_reply(reply_id)
    require_work(reply, State.CHECKING, State.SIGNING)
    reply.check_note = remark.strip()
    move(reply, State.DRAFTING)
    _note_inside(reply, "send_back_draft", "答复退回修改", by=by, at=at)
    post(
        to=people.handlers_of(reply.assignment, on=timezone.localdate(at)),
        text=f"答复退回修改：{reply.assignment.suggestion}",
        about=reply.assignment.suggestion,
        at=at,
        kind=Alert.Kind.TASK,
    )


def _note_inside(reply: Reply, action: str, text: str, *, by: Membership, at: datetime) -> None:
    timeline.add(
        reply.assignment.suggestion,
        action,
        text,
        by=by,
        at=at,
        audience=Audience.UNIT,
        unit=reply.assignment.unit,
    )
