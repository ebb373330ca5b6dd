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
from congress.profile import WaitForOpinions, rules_for
from handling import people
from handling.models import Opinion, Promise, Reply, ReplyItem
from handling.rules.seats import is_in_hand
from handling.rules.slips import Pledge, gates_in
from handling.selectors.letter import sheet_of
from handling.services.folding import ATTEMPTS_NEEDED
from handling.services.holding import AlreadyHandled, NotInHand, hold_assignment, hold_reply
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
            "请复制您改动的文字，刷新页面后再合并。"
        )


class NoLongerADraft(Refusal):
    def __init__(self, reply: Reply):
        super().__init__(f"答复已进入“{reply.get_state_display()}”，不能再修改文稿。")


class ReplyIsIncomplete(Refusal):
    def __init__(self, faults: list[str]):
        super().__init__("答复还不能送出：" + " ".join(faults))
        self.faults = faults


class NotTalkedYet(Refusal):
    """不沟通不答复."""

    def __init__(self, why: str):
        super().__init__(
            f"不沟通不答复：{why}。"
            f"确实联系不上的，须有{ATTEMPTS_NEEDED}次联系记录并经代表工委核实。"
        )


class OpinionsAreMissing(Refusal):
    def __init__(self, units: list[str], *, may_explain: bool):
        rest = "请填写未到齐的说明后再送出。" if may_explain else "按本地规则须到齐后方可送出。"
        super().__init__(f"{'、'.join(units)}的协办意见还没有提交，{rest}")


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
    assignment_id: int, draft: DraftText, *, version: int, by: Membership, at: datetime
) -> Reply:
    """
    Keep what a writer has so far (保存草稿); ``version`` is that of the page, 0 for a new draft.

    ``answers`` maps the id of each numbered request to its outcome and text.

    :raises NotInHand: if the unit does not hold the receipt.
    :raises NoLongerADraft: if the reply has left its writer.
    :raises DraftHasChanged: if somebody else saved since.
    """
    assignment = hold_assignment(assignment_id)
    if not assignment.answers or not is_in_hand(assignment):
        raise NotInHand(assignment)
    reply = _draft_of(assignment, version)

    reply.opening, reply.closing = draft.opening, draft.closing
    reply.claimed_class = draft.claimed_class
    reply.class_reason, reply.reported_to = draft.class_reason, draft.reported_to
    reply.reported_on = draft.reported_on
    reply.contact_name, reply.contact_phone = draft.contact_name, draft.contact_phone
    reply.version, reply.saved_at, reply.saved_by = version + 1, at, by
    reply.drafted_by = reply.drafted_by or by
    reply.save()
    _keep_answers(reply, draft.answers)
    _keep_pledges(reply, draft.pledges)
    return reply


def _draft_of(assignment: Assignment, version: int) -> Reply:
    round_ = assignment.suggestion.round
    written = Reply.objects.select_related("saved_by__user").filter(
        assignment=assignment, round=round_
    )
    reply = written.first() or Reply(assignment=assignment, round=round_, version=0)
    reply.assignment = assignment
    if reply.state != State.DRAFTING:
        raise NoLongerADraft(reply)
    if reply.version != version:
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


def missing_opinions(assignment: Assignment) -> list[str]:
    """Name the supporting units whose opinion of this round the lead unit does not have."""
    if assignment.role != Assignment.Role.LEAD:
        return []
    case = assignment.suggestion
    given = Opinion.objects.standing().filter(assignment__suggestion=case, round=case.round)
    # Of those who gave theirs in an earlier round nothing more is asked unless they are reopened.
    supporting = (
        Assignment.objects.filter(suggestion=case).live().filter(role=Assignment.Role.SUPPORT)
    )
    asked = supporting.exclude(state=Assignment.State.DONE)
    without = asked.exclude(pk__in=given.values("assignment"))
    return list(without.order_by("pk").values_list("unit__name", flat=True))


def require_talk(assignment: Assignment, *, counted: bool) -> None:
    """
    Hold a reply back until somebody has talked to the deputy (不沟通不答复).

    A record that waits for confirmation is enough to ask for the deputy's view, for the deputy
    confirms it together with that; it is not enough to issue.

    :raises NotTalkedYet: if there is neither a talk nor three confirmed attempts in this round.
    """
    talks = assignment.talks.filter(round=assignment.suggestion.round)
    if talks.counted().exists():
        return
    if talks.confirmed_attempts().count() >= ATTEMPTS_NEEDED:
        return
    waiting = talks.filter(state="recorded").exists()
    if waiting and not counted:
        return
    raise NotTalkedYet("沟通记录还没有得到代表确认" if waiting else "还没有与代表沟通的记录")


def require_complete(reply: Reply, *, reason: str, at: datetime) -> None:
    """
    Hold a draft back until it answers everything; keep why an opinion is missing.

    :raises ReplyIsIncomplete: if an item, the class or a promise lacks what it needs.
    :raises OpinionsAreMissing: if a supporting unit's opinion is missing without explanation.
    """
    day = timezone.localdate(at)
    faults = gates_in(sheet_of(reply), on=day)
    if faults:
        raise ReplyIsIncomplete(faults)
    missing = missing_opinions(reply.assignment)
    if not missing:
        return
    rules = rules_for(reply.assignment.suggestion.congress, on=day)
    if rules.main_waits_for_co == WaitForOpinions.BLOCK:
        raise OpinionsAreMissing(missing, may_explain=False)
    reply.without_opinion_reason = reason.strip() or reply.without_opinion_reason
    if not reply.without_opinion_reason:
        raise OpinionsAreMissing(missing, may_explain=True)


def require_work(reply: Reply, *states: Reply.State) -> None:
    """
    Test under the lock that a reply of this round stands where the deed expects it.

    :raises NotInHand: if the receipt is no longer worked on.
    :raises AlreadyHandled: if a colleague has moved the reply on.
    """
    if not is_in_hand(reply.assignment) or reply.round != reply.assignment.suggestion.round:
        raise NotInHand(reply.assignment)
    if reply.state not in states:
        raise AlreadyHandled(f"答复已是“{reply.get_state_display()}”状态，请刷新页面查看。")


def move(reply: Reply, state: Reply.State) -> None:
    """Write the state of a reply, with what was explained on the way."""
    reply.state = state
    reply.save(update_fields=["state", "without_opinion_reason", "check_note"])


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
