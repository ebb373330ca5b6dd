"""In whose name a membership acts on a receipt; every rule of this app begins here."""

from __future__ import annotations

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, UNIT_ROLES
from assignment.models import Assignment
from congress.models import Deputy
from handling.people import is_recused
from suggestions.models import Suggestion
from suggestions.stages import Stage

IN_HANDLING = {Stage.HANDLING, Stage.REHANDLING}
#: A unit goes on talking to deputies after its reply (办后沟通).
WHILE_ANSWERED = IN_HANDLING | {Stage.REPLIED, Stage.TRACKING}
#: An opinion that the lead did not wait for is still owed, and counted as late.
WHILE_OWED = WHILE_ANSWERED | {Stage.CLOSED}


def acts_for_unit(actor: Membership, assignment: Assignment) -> bool:
    """
    Test if the actor may act for the unit of a receipt.

    A deputy who asked cannot answer for the unit as well, though one person may hold several
    seats; somebody else of the unit does.
    """
    return (
        actor.role in UNIT_ROLES
        and actor.unit_id == assignment.unit_id
        and not is_recused(actor, assignment.suggestion)
    )


def acts_for_committee(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor decides for 代表工委 on a case."""
    return actor.role in COMMITTEE_STAFF_ROLES and actor.congress_id == case.congress_id


def acts_for_system(actor: Membership, assignment: Assignment) -> bool:
    """Test if the actor is of the office that directs the unit's system."""
    return (
        actor.role == Role.SYSTEM_OFFICE
        and actor.office_id is not None
        and actor.office_id == assignment.unit.system.office_id
    )


def speaks_for(actor: Membership, deputy: Deputy, case: Suggestion) -> bool:
    """
    Test if the actor is this deputy, or answers in the deputy's place.

    A delegation's secretary does for its head, who seldom signs in, on what the delegation filed;
    代表工委 enters for those who work on paper (代录).
    """
    if actor.role == Role.DEPUTY:
        return actor.deputy_id == deputy.pk
    if actor.role == Role.DELEGATION_SECRETARY:
        return case.lead_deputy_id is None and actor.delegation_id == case.delegation_id
    return (
        deputy.works_on_paper
        and actor.role in COMMITTEE_STAFF_ROLES
        and actor.congress_id == deputy.congress_id
    )


def is_in_hand(assignment: Assignment) -> bool:
    """Test if the unit has signed for the receipt and works on it in this round."""
    return (
        assignment.state == Assignment.State.ACCEPTED and assignment.suggestion.stage in IN_HANDLING
    )
