"""Page-shaped reads of verdicts, each opened by ``visible_to``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, prefetch_related_objects
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES
from assignment.models import Assignment
from common.figures import share
from common.kept import keep
from congress.models import Session
from congress.profile import rules_for
from evaluation import rules
from evaluation.models import Grade, RehandlingDecision, Verdict
from evaluation.visibility import VerdictQuerySet
from handling.models import Opinion, Reply
from notices.models import Alert
from suggestions.contents import has, rows_of, rows_of_all
from suggestions.models import Deadline, Suggestion
from suggestions.stages import Stage


@dataclass(frozen=True)
class Receipt:
    """A receipt with the reply that is judged."""

    assignment: Assignment
    reply: Reply | None


#: Rows of one list of the overview; the others move up as these are dealt with.
LISTED = 100
#: From so many verdicts on, they are counted once in half a minute.
LARGE_SESSION = 1_000


def open_receipts(case: Suggestion) -> list[Assignment]:
    """Return the live receipts that wait for a verdict in this round, answering ones first."""
    judged = Verdict.objects.current().filter(round=case.round).values("assignment_id")
    live = case.assignments.live().select_related("unit").exclude(pk__in=judged)
    replied = Reply.objects.issued().filter(round=case.round).values("assignment_id")
    advised = Opinion.objects.filter(round=case.round).exclude(state=Opinion.State.SENT_BACK)
    return sorted(
        live.filter(pk__in=replied) | live.filter(pk__in=advised.values("assignment_id")),
        key=lambda receipt: (not receipt.answers, receipt.pk),
    )


def dissatisfied(case: Suggestion) -> VerdictQuerySet:
    """Return the standing 不满意 of the current round, on either dimension."""
    either = Q(attitude=Grade.DISSATISFIED) | Q(result=Grade.DISSATISFIED)
    return Verdict.objects.given().filter(either, assignment__suggestion=case, round=case.round)


def receipts_to_judge(case: Suggestion) -> list[Receipt]:
    """Return the receipts that wait for a verdict, each with its issued reply."""
    waiting = open_receipts(case)
    replies = Reply.objects.issued().filter(assignment__in=waiting, round=case.round)
    by_assignment = {
        reply.assignment_id: reply for reply in replies.select_related("claimed_class")
    }
    return [Receipt(receipt, by_assignment.get(receipt.pk)) for receipt in waiting]


def verdict_panel(actor: Membership, case: Suggestion, today: date) -> dict[str, Any] | None:
    """Return the verdicts the actor may read, newest round first, and the decisions on them."""
    verdicts = rows_of(case, actor, _verdicts) if has(case, Verdict) else []
    verdicts.sort(key=lambda each: (-each.round, each.assignment_id, -each.revision))
    prefetch_related_objects(verdicts, "reasons")
    decisions = rows_of_all(case, _decisions) if has(case, RehandlingDecision) else []
    if not verdicts and not decisions:
        return None
    return {
        "verdicts": verdicts,
        "decisions": decisions,
        "shows_release": actor.role in COMMITTEE_STAFF_ROLES | {Role.SYSTEM_OFFICE},
        "may_correct": rules.may_correct_own(actor, case),
        "may_correct_for_deputy": rules.may_correct_for_deputy(actor, case),
    }


def _verdicts(actor: Membership, case_id: int) -> QuerySet[Verdict]:
    found = Verdict.objects.visible_to(actor).filter(assignment__suggestion=case_id)
    return found.select_related(
        "assignment__unit", "deputy", "given_by__user", "receipt"
    ).order_by()


def _decisions(case_id: int) -> QuerySet[RehandlingDecision]:
    found = RehandlingDecision.objects.filter(suggestion=case_id)
    return found.select_related("by__user").order_by("-after_round")


def cases_to_judge(actor: Membership) -> QuerySet:
    """Return the deputy's cases that wait for a verdict, with the columns of a queue."""
    judged = Verdict.objects.current().filter(assignment__suggestion__stage=Stage.REPLIED)
    cases = Suggestion.objects.visible_to(actor).filter(stage=Stage.REPLIED)
    mine = Q(lead_deputy=actor.deputy) | Q(lead_deputy__isnull=True, delegation__head=actor.deputy)
    waiting = (
        Assignment.objects.live()
        .answering()
        .exclude(
            pk__in=judged.filter(round=F("assignment__suggestion__round")).values("assignment_id")
        )
    )
    return _as_queue(cases.filter(mine, pk__in=waiting.values("suggestion_id")), "feedback")


def cases_to_release(actor: Membership) -> QuerySet:
    """Return the cases with verdicts that no unit has seen, with the columns of a queue."""
    waiting = Verdict.objects.filter(awaits_release=True)
    cases = Suggestion.objects.visible_to(actor).filter(
        pk__in=waiting.values("assignment__suggestion_id")
    )
    return _as_queue(cases, "release")


def cases_to_decide(actor: Membership) -> QuerySet:
    """Return the cases whose 不满意 waits for a decision, with the columns of a queue."""
    bad = Verdict.objects.filter(awaits_decision=True, released_at__isnull=False)
    # What waits is marked and indexed: all that was ever said only grows.
    cases = Suggestion.objects.visible_to(actor).filter(
        stage=Stage.REPLIED, pk__in=bad.values("assignment__suggestion_id")
    )
    return _as_queue(cases, "rehandle_decision")


def silent_cases(actor: Membership, today: date) -> QuerySet:
    """Return the cases whose deputy let the days pass, with the columns of a queue."""
    late = Deadline.objects.open().filter(kind=Deadline.Kind.FEEDBACK, due_on__lt=today)
    cases = Suggestion.objects.visible_to(actor).filter(
        stage=Stage.REPLIED, pk__in=late.values("suggestion_id")
    )
    return _as_queue(cases, "feedback")


def _as_queue(cases: QuerySet, kind: str) -> QuerySet:
    due = Deadline.objects.open().filter(kind=kind)
    return cases.annotate(task_case=F("pk"), task_target=F("pk"), task_due=_earliest(due)).values(
        "task_case", "task_target", "task_due"
    )


def _earliest(clocks: QuerySet) -> Any:
    of_case = clocks.filter(suggestion=OuterRef("pk")).order_by("due_on")
    return Subquery(of_case.values("due_on")[:1])


def unreleased(actor: Membership, case: Suggestion) -> QuerySet:
    """Return the standing verdicts of a case that its units have not seen."""
    return _for_reading(
        Verdict.objects.visible_to(actor)
        .current()
        .filter(assignment__suggestion=case, released_at__isnull=True)
        .exclude(state=Verdict.State.NO_FEEDBACK)
    )


def dissatisfied_verdicts(actor: Membership, case: Suggestion) -> QuerySet:
    """Return the standing 不满意 of the current round with their reasons."""
    return _for_reading(Verdict.objects.visible_to(actor) & dissatisfied(case))


def _for_reading(verdicts: QuerySet) -> QuerySet:
    return verdicts.select_related("assignment__unit", "deputy").prefetch_related("reasons")


def feedback_reminders(case: Suggestion) -> QuerySet:
    """Return what the deputy was told about the days for a verdict, and whether it was opened."""
    clocks = Deadline.objects.filter(suggestion=case, kind=Deadline.Kind.FEEDBACK)
    return Alert.objects.filter(deadline_id__in=clocks.values("pk")).select_related(
        "recipient__user"
    )


def correction_hours(case: Suggestion, today: date) -> int:
    """Return for how many hours a deputy may correct a verdict without anybody's help."""
    return rules_for(case.congress, on=today).self_correction_hours


def as_filled(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as the initial values of the correction form."""
    return {
        "attitude": verdict.attitude,
        "result": verdict.result,
        "reasons": list(verdict.reasons.all()),
        "reason_text": verdict.reason_text,
        "comment": verdict.comment,
        "wants_rehandling": verdict.wants_rehandling,
    }


def overview(actor: Membership, at: datetime) -> dict[str, Any]:
    """
    Return what the evaluation page of 代表工委 shows for the current session.

    Silence stands on a line of its own and is in no denominator (重庆条例 §29). The counts of a
    large session may be half a minute old (docs/decisions/0804).
    """
    today = timezone.localdate(at)
    kept = keep(
        f"verdicts:{actor.pk}",
        lambda: _standing(actor),
        reader=actor.pk,
        at=at,
        is_costly=lambda rows: sum(number for *_, number in rows) >= LARGE_SESSION,
    )
    numbers = {(state, result): number for state, result, number in kept.value}
    given = {grade: numbers.get(("given", grade.value), 0) for grade in Grade}
    said = sum(given.values())
    return {
        "grades": [(grade.label, given[grade], share(given[grade], said)) for grade in Grade],
        "said": said,
        "silent": numbers.get(("no_feedback", ""), 0),
        "counted_at": kept.at,
        "waiting": _listed(_waiting(actor, today)),
        "to_release": _listed(cases_to_release(actor)),
        "to_decide": _listed(cases_to_decide(actor)),
        "late": _listed(silent_cases(actor, today)),
    }


def _standing(actor: Membership) -> list[tuple[str, str, int]]:
    """Count the verdicts of the current session that stand, by state and result."""
    # Named, not described: the database then knows how few of all verdicts these are.
    current = Session.objects.filter(congress_id=actor.congress_id, is_current=True)
    sessions = list(current.values_list("pk", flat=True))
    standing = (
        Verdict.objects.visible_to(actor)
        .current()
        .filter(assignment__suggestion__session__in=sessions)
    )
    rows = standing.values_list("state", "result").annotate(number=Count("pk")).order_by()
    return list(rows)


def _waiting(actor: Membership, today: date) -> QuerySet:
    running = Deadline.objects.open().filter(kind=Deadline.Kind.FEEDBACK, due_on__gte=today)
    cases = Suggestion.objects.visible_to(actor).filter(
        stage=Stage.REPLIED, pk__in=running.values("suggestion_id")
    )
    return _as_queue(cases, "feedback")


def _listed(queue: QuerySet) -> dict[str, Any]:
    """Return the first rows of a queue with their cases, nearest day first, and how many it has."""
    rows = list(queue.order_by(F("task_due").asc(nulls_last=True), "task_case")[:LISTED])
    count = len(rows) if len(rows) < LISTED else queue.count()
    cases = Suggestion.objects.select_related("lead_deputy", "delegation").in_bulk(
        [row["task_case"] for row in rows]
    )
    listed = [{"case": cases[row["task_case"]], "due": row["task_due"]} for row in rows]
    return {"rows": listed, "count": count, "hidden": count - len(rows)}
