"""Who may put talks on record, and who says whether they took place."""

from __future__ import annotations

from accounts.models import Membership
from assignment.models import Assignment
from handling.models import Talk
from handling.rules.seats import WHILE_ANSWERED, acts_for_committee, acts_for_unit, speaks_for

_TALKING = {Assignment.State.ACCEPTED, Assignment.State.DONE}


def may_record_talk(actor: Membership, assignment: Assignment) -> bool:
    """Test if the actor may put a talk or an attempt on record for the unit (记录沟通)."""
    return (
        assignment.state in _TALKING
        and assignment.suggestion.stage in WHILE_ANSWERED
        and acts_for_unit(actor, assignment)
    )


def may_answer_talk(actor: Membership, talk: Talk) -> bool:
    """Test if the actor may confirm or dispute a recorded talk (确认沟通)."""
    return (
        talk.state == Talk.State.RECORDED
        and talk.deputy is not None
        and speaks_for(actor, talk.deputy, talk.assignment.suggestion)
    )


def may_confirm_attempt(actor: Membership, talk: Talk) -> bool:
    """Test if the actor may vouch for an attempt that reached nobody (核实未联系上)."""
    return talk.state == Talk.State.ATTEMPT and acts_for_committee(
        actor, talk.assignment.suggestion
    )
