"""Who may ask to answer later, who says something to it, and who decides."""

from __future__ import annotations

from accounts.models import Membership
from assignment.models import Assignment
from congress.profile import ExtensionApprover, Rules
from handling.models import ExtensionRequest
from handling.rules.seats import acts_for_committee, acts_for_system, acts_for_unit, is_in_hand


def may_ask_extension(actor: Membership, assignment: Assignment) -> bool:
    """Test if the actor may ask for a later day for the reply (申请延期)."""
    return (
        assignment.answers
        and is_in_hand(assignment)
        and acts_for_unit(actor, assignment)
        and not assignment.extension_requests.undecided().exists()
    )


def may_give_view(actor: Membership, request: ExtensionRequest) -> bool:
    """Test if the actor may give the system office's view on a request (提出意见)."""
    return (
        request.outcome == ""
        and request.office_view == ""
        and acts_for_system(actor, request.assignment)
    )


def may_decide_extension(actor: Membership, request: ExtensionRequest, rules: Rules) -> bool:
    """Test if the actor decides a request under the local rules (决定延期)."""
    if request.outcome:
        return False
    if rules.extension_approver == ExtensionApprover.SYSTEM_OFFICE:
        return acts_for_system(actor, request.assignment)
    return acts_for_committee(actor, request.assignment.suggestion)
