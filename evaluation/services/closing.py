"""
Release verdicts, decide on handling again, and close: what 代表工委 does with what was said.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from assignment import people
from assignment.services.rounds import reopen_for_round
from common.refusals import Refusal
from congress.profile import rules_for
from evaluation.models import RehandlingDecision, Verdict
from evaluation.selectors import dissatisfied
from handling.models import Promise
from notices import services as notices
from suggestions import deadlines, timeline, workflow
from suggestions.models import Deadline, Suggestion
from suggestions.stages import Stage
from suggestions.workflow import Action, lock_case

Outcome = RehandlingDecision.Outcome


class NothingToRelease(Refusal):
    def __init__(self) -> None:
        super().__init__("没有待反馈的评价，可能同事已经反馈。")


class AlreadyDecided(Refusal):
    def __init__(self, decision: RehandlingDecision):
        when = timezone.localtime(decision.at)
        super().__init__(
            f"{decision.by}已于{when:%m月%d日 %H:%M}作出决定：{decision.get_outcome_display()}。"
        )


class NobodyDissatisfied(Refusal):
    def __init__(self) -> None:
        super().__init__("本轮没有不满意的评价，不需要研究重新办理。")


class NotReleasedYet(Refusal):
    def __init__(self) -> None:
        super().__init__("请先把评价反馈承办单位，再作决定。")


class RoundsUsedUp(Refusal):
    def __init__(self, rounds: int):
        super().__init__(f"已重新办理 {rounds} 次，按规定应召开协调会形成意见。")


class ReasonMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明理由和要求，代表和承办单位都会看到。")


@transaction.atomic
def release(suggestion_id: int, *, by: Membership, at: datetime) -> int:
    """
    Let the units read what the deputy said of them (反馈评价), and return how many verdicts.

    :raises NothingToRelease: if a colleague was faster or nothing has been said.
    """
    case = lock_case(suggestion_id)
    waiting = list(
        Verdict.objects.current()
        .filter(assignment__suggestion=case, released_at__isnull=True)
        .exclude(state=Verdict.State.NO_FEEDBACK)
        .select_related("assignment__unit")
    )
    if not waiting:
        raise NothingToRelease
    for verdict in waiting:
        verdict.released_at, verdict.released_by = at, by
        verdict.save(update_fields=["released_at", "released_by"])
        notices.post(
            to=people.people_of_units([verdict.assignment.unit], on=timezone.localdate(at)),
            text=f"代表评价已反馈：{case}",
            about=case,
            at=at,
        )
    deadlines.meet_all(case, Deadline.Kind.RELEASE, at=at)
    timeline.add(case, "release", "评价已反馈承办单位", by=by, at=at)
    fold(case, at=at)
    return len(waiting)


@transaction.atomic
def decide_rehandling(
    suggestion_id: int, *, outcome: Outcome, reason: str, by: Membership, at: datetime
) -> RehandlingDecision:
    """
    Decide what follows a 不满意: handled again, not again, or a conference (研究重新办理).

    :raises AlreadyDecided: if a colleague was faster.
    :raises NobodyDissatisfied: if no standing verdict of this round is 不满意.
    :raises RoundsUsedUp: if the profile's number of further rounds has been had.
    """
    case = lock_case(suggestion_id)
    decided = RehandlingDecision.objects.filter(suggestion=case, after_round=case.round).first()
    if decided is not None:
        raise AlreadyDecided(decided)
    _check_decision(case, outcome, reason, at=at)

    decision = RehandlingDecision.objects.create(
        suggestion=case, after_round=case.round, outcome=outcome, reason=reason, by=by, at=at
    )
    Verdict.objects.filter(assignment__suggestion=case, awaits_decision=True).update(
        awaits_decision=False
    )
    deadlines.meet_all(case, Deadline.Kind.REHANDLE_DECISION, at=at)
    if outcome == Outcome.ORDERED:
        _order(case, reason, by=by, at=at)
    else:
        timeline.add(case, "decide", decision.get_outcome_display(), by=by, at=at, note=reason)
        fold(case, at=at)
    _tell_everyone(case, f"{decision.get_outcome_display()}：{case}", at=at)
    return decision


def _check_decision(case: Suggestion, outcome: Outcome, reason: str, *, at: datetime) -> None:
    if not reason.strip():
        raise ReasonMissing
    if not dissatisfied(case).exists():
        raise NobodyDissatisfied
    if dissatisfied(case).filter(released_at__isnull=True).exists():
        raise NotReleasedYet
    rounds = rules_for(case.congress, on=timezone.localdate(at)).rehandle_rounds
    if outcome == Outcome.ORDERED and case.round > rounds:
        raise RoundsUsedUp(rounds)


def _order(case: Suggestion, reason: str, *, by: Membership, at: datetime) -> None:
    workflow.advance(case, Action.REHANDLE, by=by, at=at, note=reason)
    case.round += 1
    case.replied_on = case.closed_on = None
    case.save(update_fields=["round", "replied_on", "closed_on"])
    reopen_for_round(case, starts_on=timezone.localdate(at), at=at)


def fold(case: Suggestion, *, at: datetime) -> None:
    """
    Close a locked case, or go on tracking it, once nothing is left to say or to decide.

    Nothing happens while an answering receipt has no verdict, a verdict is not released, or a
    不满意 waits for its decision.
    """
    if case.stage != Stage.REPLIED:
        return
    standing = Verdict.objects.current().filter(assignment__suggestion=case, round=case.round)
    judged = set(standing.values_list("assignment_id", flat=True))
    answering = set(case.assignments.live().answering().values_list("pk", flat=True))
    unreleased = standing.exclude(state=Verdict.State.NO_FEEDBACK).filter(released_at__isnull=True)
    decided = RehandlingDecision.objects.filter(suggestion=case, after_round=case.round).exists()
    if answering - judged or unreleased.exists() or (dissatisfied(case).exists() and not decided):
        return
    if Promise.objects.uncleared().filter(suggestion=case).exists():
        workflow.advance(case, Action.TRACK, by=None, at=at)
        return
    workflow.advance(case, Action.CLOSE, by=None, at=at)
    case.closed_on = timezone.localdate(at)
    case.save(update_fields=["closed_on"])
    _tell_everyone(case, f"建议已办结：{case}", at=at)


def _tell_everyone(case: Suggestion, text: str, *, at: datetime) -> None:
    on = timezone.localdate(at)
    units = [receipt.unit for receipt in case.assignments.live().select_related("unit")]
    told = [*people.deputies_of(case, on=on), *people.people_of_units(units, on=on)]
    notices.post(to=told, text=text, about=case, at=at)
