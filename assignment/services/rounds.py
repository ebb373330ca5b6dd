"""What other stages ask of the receipts of a case: another round, or the end."""

from __future__ import annotations

from datetime import date, datetime

from accounts.models import Membership
from assignment import grants
from assignment.models import Assignment, AssignmentRound, Referral
from assignment.people import people_of_units
from assignment.workflow import Move, move_to
from notices import services as notices
from notices.models import Alert
from suggestions import deadlines
from suggestions.models import Deadline, Suggestion


def reopen_for_round(
    case: Suggestion, *, starts_on: date, at: datetime, answer_by: date | None = None
) -> list[Assignment]:
    """
    Have the units that answered answer again in the round the case is now in (重新办理).

    Called by evaluation under the lock of the case, after ``case.round`` was raised. The clock
    is ``rehandle``; ``answer_by`` counts where it is earlier. Returns the receipts put back.
    """
    live = Assignment.objects.filter(suggestion=case).live().answering()
    again = list(live.filter(state=Assignment.State.DONE).select_related("unit"))
    for assignment in again:
        move_to(assignment, Move.REOPEN, at=at)
        assignment.answer_deadline = deadlines.start(
            Deadline.Kind.REPLY,
            clock="rehandle",
            holder=assignment.unit,
            starts_on=starts_on,
            case=case,
            batch_date=answer_by,
        )
        assignment.save(update_fields=["answer_deadline"])
        AssignmentRound.objects.get_or_create(
            assignment=assignment, round=case.round, defaults={"accepted_on": starts_on}
        )
        _tell(case, assignment, on=starts_on, at=at)
    return again


def _tell(case: Suggestion, assignment: Assignment, *, on: date, at: datetime) -> None:
    deadline = assignment.answer_deadline
    until = f"{deadline.due_on:%Y年%m月%d日}前" if deadline else "尽快"
    notices.post(
        to=people_of_units([assignment.unit], on=on),
        text=f"请重新办理，{until}答复：{case}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )


def stop_all(case: Suggestion, *, by: Membership, at: datetime, why: str = "代表撤回") -> None:
    """
    End all work of units and offices on a locked case that is withdrawn (终止办理).

    The clocks are ended by whoever ends the case, all at once.
    """
    for assignment in Assignment.objects.filter(suggestion=case).live():
        move_to(assignment, Move.STOP, at=at, why=why)
    Referral.objects.filter(suggestion=case).open().update(
        ended_at=at, ended_by=by, ended_why=why[:60]
    )
    grants.sync(case)
