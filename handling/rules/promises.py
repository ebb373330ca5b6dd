"""Who may report, clear, change, end and rate a promise."""

from __future__ import annotations

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, UNIT_ROLES
from handling.models import Promise
from handling.people import respondent_of
from handling.rules.seats import acts_for_committee, acts_for_unit, speaks_for
from suggestions.stages import Stage

_AFTER_THE_REPLY = {
    Stage.HANDLING,
    Stage.REHANDLING,
    Stage.REPLIED,
    Stage.TRACKING,
    Stage.CLOSED,
}


def _is_followed(promise: Promise) -> bool:
    return promise.suggestion.stage in _AFTER_THE_REPLY


def may_list_promises(actor: Membership) -> bool:
    """Test if the actor follows promises by a list (承诺事项台账)."""
    return actor.role in UNIT_ROLES | COMMITTEE_STAFF_ROLES | {Role.SYSTEM_OFFICE, Role.COMMITTEE}


def may_claim_clearance(actor: Membership, promise: Promise) -> bool:
    """Test if the actor may report a promise as kept (报请销号)."""
    return (
        promise.state == Promise.State.OPEN
        and _is_followed(promise)
        and acts_for_unit(actor, promise.assignment)
    )


def may_change_promise(actor: Membership, promise: Promise) -> bool:
    """Test if the actor may reword or postpone a promise, telling the deputy why (变更承诺)."""
    return may_claim_clearance(actor, promise)


def may_decide_clearance(actor: Membership, promise: Promise) -> bool:
    """Test if the actor decides whether a promise is kept (核定销号)."""
    return promise.state == Promise.State.CLAIMED and acts_for_committee(actor, promise.suggestion)


def may_end_promise(actor: Membership, promise: Promise) -> bool:
    """Test if the actor may release a unit from a promise (终止承诺); no unit frees itself."""
    return promise.state == Promise.State.OPEN and acts_for_committee(actor, promise.suggestion)


def may_rate_fulfilment(actor: Membership, promise: Promise) -> bool:
    """Test if the actor may say how well a promise was kept (落实评价)."""
    deputy = respondent_of(promise.suggestion)
    return (
        promise.state == Promise.State.CLEARED
        and promise.fulfilment == ""
        and deputy is not None
        and speaks_for(actor, deputy, promise.suggestion)
    )
