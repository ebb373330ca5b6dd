"""Who may give an opinion to the lead unit, and who may ask for it again."""

from __future__ import annotations

from accounts.models import Membership
from assignment.models import Assignment
from handling.models import Opinion, Reply
from handling.rules.seats import IN_HANDLING, WHILE_OWED, acts_for_unit


def may_submit_opinion(actor: Membership, assignment: Assignment) -> bool:
    """Test if the actor may give the supporting unit's opinion in this round (提交协办意见)."""
    case = assignment.suggestion
    return (
        assignment.role == Assignment.Role.SUPPORT
        and assignment.state == Assignment.State.ACCEPTED
        and case.stage in WHILE_OWED
        and acts_for_unit(actor, assignment)
        and not assignment.opinions.standing().filter(round=case.round).exists()
    )


def may_send_back_opinion(actor: Membership, opinion: Opinion) -> bool:
    """Test if the actor may, for the lead unit, ask for an opinion again (退回重提)."""
    case = opinion.assignment.suggestion
    if opinion.state != Opinion.State.SUBMITTED or opinion.round != case.round:
        return False
    if case.stage not in IN_HANDLING:
        return False
    led = (
        Assignment.objects.filter(suggestion=case)
        .live()
        .filter(role=Assignment.Role.LEAD, unit_id=actor.unit_id)
        .first()
    )
    if led is None:
        return False
    led.suggestion = case
    answered = Reply.objects.issued().filter(assignment=led, round=case.round).exists()
    return not answered and acts_for_unit(actor, led)
