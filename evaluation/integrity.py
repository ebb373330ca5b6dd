"""What must hold between verdicts, rounds and decisions and no single constraint can say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from assignment.models import Assignment
from evaluation.models import Grade, RehandlingDecision, Verdict
from suggestions.models import Suggestion
from suggestions.stages import Stage


def faults() -> Iterator[str]:
    """Yield a sentence for each contradiction; history from a ledger is not asked for our steps."""
    yield from _corrected_without_a_current_one()
    yield from _judged_ahead()
    yield from _judged_elsewhere()
    yield from _over_without_verdict()
    yield from _rehandled_without_decision()
    yield from _marked_amiss()


def _corrected_without_a_current_one() -> Iterator[str]:
    chains = Verdict.objects.order_by().values("assignment_id", "round")
    chains = chains.annotate(
        n=Count("pk"), last=Max("revision"), current=Count("pk", filter=Q(is_current=True))
    )
    for chain in chains.exclude(n=F("last"), current=1).iterator():
        yield f"承办件{chain['assignment_id']}第{chain['round']}轮评价：更正次序或者现行评价有误。"


def _judged_ahead() -> Iterator[str]:
    ahead = Verdict.objects.filter(round__gt=F("assignment__suggestion__round"))
    for verdict in ahead.iterator():
        yield f"评价{verdict.pk}：第{verdict.round}轮办理还没有开始。"


def _judged_elsewhere() -> Iterator[str]:
    foreign = Verdict.objects.filter(reply__isnull=False).exclude(
        reply__assignment=F("assignment"), reply__round=F("round")
    )
    for verdict in foreign.iterator():
        yield f"评价{verdict.pk}：所评的答复不是这一承办件本轮的答复。"


def _over_without_verdict() -> Iterator[str]:
    said = Verdict.objects.filter(
        assignment=OuterRef("pk"), round=OuterRef("suggestion__round"), is_current=True
    )
    waiting = Assignment.objects.live().answering().filter(~Exists(said))
    over = waiting.filter(
        suggestion__stage__in=[Stage.TRACKING, Stage.CLOSED], suggestion__is_imported=False
    )
    for receipt in over.iterator():
        yield f"建议{receipt.suggestion_id}：评价结束，承办件{receipt.pk}没有评价或未反馈记录。"


def _rehandled_without_decision() -> Iterator[str]:
    ordered = RehandlingDecision.objects.filter(
        suggestion=OuterRef("pk"),
        outcome=RehandlingDecision.Outcome.ORDERED,
        after_round=OuterRef("round") - 1,
    )
    again = Suggestion.objects.filter(~Exists(ordered), round__gt=1, is_imported=False)
    for case in again.iterator():
        yield f"建议{case.pk}：已办理{case.round}轮，但没有重新办理的决定。"


def _marked_amiss() -> Iterator[str]:
    """Compare the mark with what it stands for: a 不满意 of this round on which nobody decided."""
    decided = RehandlingDecision.objects.filter(
        suggestion=OuterRef("assignment__suggestion"), after_round=OuterRef("round")
    )
    bad = Verdict.objects.given().filter(
        Q(attitude=Grade.DISSATISFIED) | Q(result=Grade.DISSATISFIED),
        ~Exists(decided),
        round=F("assignment__suggestion__round"),
    )
    waiting = bad.exclude(way=Verdict.Way.IMPORTED)
    for verdict in waiting.filter(awaits_decision=False).iterator():
        yield f"评价{verdict.pk}：不满意还没有研究，却没有标为待研究。"
    marked = Verdict.objects.filter(awaits_decision=True)
    for verdict in marked.exclude(pk__in=waiting.values("pk")).iterator():
        yield f"评价{verdict.pk}：标为待研究，但没有等待研究的不满意。"
