"""
What follows for the receipt and the case from the rows of this app, folded under the lock.

First contact and meeting from talks, 已答复 from issued replies, 办结 from cleared promises.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Membership
from assignment.models import Assignment, AssignmentRound
from handling.models import Consultation, ExtensionRequest, Promise, Reply
from handling.models.talk import IN_PERSON
from handling.rules.seats import IN_HANDLING
from suggestions import deadlines, workflow
from suggestions.models import Suggestion
from suggestions.stages import Stage

#: Documented attempts that 代表工委 must confirm before a reply without a talk (our default).
ATTEMPTS_NEEDED = 3


def fold_talks(assignment: Assignment, round_: int, *, at: datetime) -> None:
    """
    Note first contact and meeting of one round from the talks that count.

    The clock of first contact is met by the record, not by the deputy's later confirmation:
    lateness is the unit's own, not the deputy's.
    """
    talks = assignment.talks.filter(round=round_)
    counted = list(talks.counted().order_by("talked_on", "pk"))
    if counted:
        AssignmentRound.objects.update_or_create(
            assignment=assignment,
            round=round_,
            defaults={
                "first_contact_on": counted[0].talked_on,
                "met_in_person": any(talk.way in IN_PERSON for talk in counted),
            },
        )
        recorded = min(talk.recorded_at for talk in counted)
        deadlines.meet(assignment.contact_deadline, at=recorded)
    elif talks.confirmed_attempts().count() >= ATTEMPTS_NEEDED:
        deadlines.end(assignment.contact_deadline, why="多次联系未果，代表工委已核实", at=at)


def fold_answers(case: Suggestion, *, by: Membership | None, at: datetime) -> bool:
    """Move a case to 已答复 once every live 独办, 主办 and 分办 receipt is answered this round."""
    receipts = set(
        Assignment.objects.filter(suggestion=case).live().answering().values_list("pk", flat=True)
    )
    replies = Reply.objects.issued().filter(assignment__in=receipts, round=case.round)
    answered = set(replies.values_list("assignment_id", flat=True))
    if not receipts or receipts != answered or not workflow.allows(case, workflow.Action.ANSWER):
        return False
    case.replied_on = timezone.localdate(at)
    case.save(update_fields=["replied_on"])
    workflow.advance(case, workflow.Action.ANSWER, by=by, at=at)
    return True


def settle_answers(*, at: datetime) -> int:
    """
    Fold the cases that every unit has answered and that nobody moved since, and return how many.

    A net under the fold that each deed does itself, for a crash or a repair between them.
    """
    written = Reply.objects.issued().filter(
        assignment=OuterRef("pk"), round=OuterRef("suggestion__round")
    )
    receipts = Assignment.objects.live().answering().filter(suggestion=OuterRef("pk"))
    complete = Suggestion.objects.filter(
        Exists(receipts),
        ~Exists(receipts.filter(~Exists(written))),
        stage__in=IN_HANDLING,
        is_imported=False,
    )
    return sum(_settle_answers(pk, at=at) for pk in complete.values_list("pk", flat=True))


@transaction.atomic
def _settle_answers(suggestion_id: int, *, at: datetime) -> bool:
    return fold_answers(workflow.lock_case(suggestion_id), by=None, at=at)


def follow_units(
    case: Suggestion, *, ended: list[Assignment], by: Membership, at: datetime
) -> None:
    """
    Put away what was begun for units that are relieved, and fold the case again.

    The unit taken off may have been the last that had not replied.
    """
    asked = Consultation.objects.open().filter(reply__assignment__in=ended)
    for consultation in asked.select_related("deadline"):
        deadlines.end(consultation.deadline, why="承办单位已调整", at=at)
    _put_away(ExtensionRequest.objects.filter(assignment__in=ended), by=by, at=at)
    fold_answers(case, by=by, at=at)


def stop_requests(case: Suggestion, *, by: Membership, at: datetime) -> None:
    """Put away what units still asked for on a case that is withdrawn; its clocks end with it."""
    _put_away(ExtensionRequest.objects.filter(assignment__suggestion=case), by=by, at=at)


def _put_away(requests: QuerySet[ExtensionRequest], *, by: Membership, at: datetime) -> None:
    waiting = requests.filter(outcome="")
    waiting.update(outcome=ExtensionRequest.Outcome.MOOT, decided_at=at, decided_by=by)


def fold_promises(case: Suggestion, *, by: Membership, at: datetime) -> bool:
    """Close a tracked case when no promise binds a unit any more (销号办结)."""
    if case.stage != Stage.TRACKING or Promise.objects.uncleared().filter(suggestion=case).exists():
        return False
    case.closed_on = timezone.localdate(at)
    case.save(update_fields=["closed_on"])
    workflow.advance(case, workflow.Action.CLEAR, by=by, at=at)
    return True
