"""Who may judge, enter, release and decide. A unit may do none of these, ever (重庆条例 §38)."""

from __future__ import annotations

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES
from suggestions.models import Suggestion
from suggestions.stages import Stage

#: A verdict may still be given while promises are tracked and after closing for want of one.
_JUDGED_IN = {Stage.REPLIED, Stage.TRACKING, Stage.CLOSED}


def judges(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor's verdict is the official one: the lead deputy's, or the head's."""
    if actor.role != Role.DEPUTY:
        return False
    if case.lead_deputy_id:
        return case.lead_deputy_id == actor.deputy_id
    return case.delegation.head_id == actor.deputy_id


def may_judge(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may give a verdict on this case now (评价)."""
    return judges(actor, case) and case.stage == Stage.REPLIED


def may_correct_own(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may correct a verdict of their own; the service counts the hours."""
    return judges(actor, case) and case.stage in _JUDGED_IN


def may_enter_receipt(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may enter a deputy's paper receipt (代录回执), with its scan."""
    if case.stage != Stage.REPLIED:
        return False
    if actor.role == Role.DELEGATION_SECRETARY:
        return True
    return actor.role in COMMITTEE_STAFF_ROLES and actor.congress_id == case.congress_id


def may_release(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may pass verdicts on to the units judged (反馈评价)."""
    return actor.role in COMMITTEE_STAFF_ROLES and actor.congress_id == case.congress_id


def may_decide_rehandling(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may decide whether a case is handled again (研究重新办理)."""
    return may_release(actor, case) and case.stage in _JUDGED_IN


def may_mark_silent(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may record that a deputy said nothing (未反馈)."""
    return may_release(actor, case) and case.stage == Stage.REPLIED


def may_correct_for_deputy(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may enter a correction that a deputy asked for, with the reason."""
    return may_release(actor, case) and case.stage in _JUDGED_IN


def may_correct(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may correct a verdict, as its deputy or for the deputy who asked."""
    return may_correct_own(actor, case) or may_correct_for_deputy(actor, case)


def may_read_overview(actor: Membership) -> bool:
    """Test if the actor reads what all deputies of a session said (评价)."""
    return actor.role in COMMITTEE_STAFF_ROLES
