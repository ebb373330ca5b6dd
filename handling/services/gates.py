"""What a reply must have behind it before it goes on: a talk, every answer, the opinions."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from assignment.models import Assignment
from common.refusals import Refusal
from congress.profile import WaitForOpinions, rules_for
from handling.models import Opinion, Reply
from handling.rules.seats import is_in_hand
from handling.rules.slips import gates_in
from handling.selectors.letter import sheet_of
from handling.services.folding import ATTEMPTS_NEEDED
from handling.services.holding import AlreadyHandled, NotInHand

State = Reply.State


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
