"""Who may supervise what, for the membership one acts in."""

from __future__ import annotations

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, STAFF_ROLES, UNIT_ROLES
from assignment.models import Assignment
from assignment.rules import is_recused
from suggestions.contents import has
from suggestions.models import Suggestion
from suggestions.stages import NUMBERED_AND_COUNTED, Stage
from supervision.models import KeyCase, SupervisionNotice, Urging

#: Who has the page on which nothing late is invisible.
OVERSEERS = frozenset(Role) - {
    Role.DEPUTY,
    Role.SYSTEM_ADMIN,
    Role.SECURITY_ADMIN,
    Role.AUDIT_ADMIN,
}


def may_oversee(actor: Membership) -> bool:
    """Test if the actor has a view of what is late, each within its own scope (督办)."""
    return actor.role in OVERSEERS


def _is_committee_staff_of(actor: Membership, case: Suggestion) -> bool:
    return actor.role in COMMITTEE_STAFF_ROLES and actor.congress_id == case.congress_id


def may_designate(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may enter the case as a key suggestion (确定重点督办)."""
    return (
        _is_committee_staff_of(actor, case)
        and case.stage in NUMBERED_AND_COUNTED
        and not (has(case, KeyCase) and KeyCase.objects.filter(suggestion=case).exists())
    )


def may_change_key_case(actor: Membership, key_case: KeyCase) -> bool:
    """Test if the actor may change who leads a key suggestion, or take it off the list."""
    return _is_committee_staff_of(actor, key_case.suggestion)


def may_log(actor: Membership, key_case: KeyCase) -> bool:
    """Test if the actor may add to the log: leader, leading official, committee, staff."""
    case = key_case.suggestion
    if actor.role in STAFF_ROLES:
        return actor.congress_id == case.congress_id
    if actor.role == Role.COMMITTEE:
        return actor.committee_id == key_case.committee_id
    if actor.role in {Role.LEADER, Role.LEADING_OFFICIAL}:
        return actor.official_id in {key_case.leader_id, case.led_by_id}
    return False


def may_grade(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may give the case a grade and a leading official (建议分级、领办)."""
    return (
        actor.role in STAFF_ROLES
        and actor.congress_id == case.congress_id
        and case.stage in NUMBERED_AND_COUNTED
    )


def may_urge(actor: Membership, assignment: Assignment) -> bool:
    """Test if the actor may urge the unit: staff, its system's office, the tracking committee."""
    case = assignment.suggestion
    if not assignment.is_live or case.stage == Stage.CLOSED or is_recused(actor, case):
        return False
    if actor.role in STAFF_ROLES:
        return actor.congress_id == case.congress_id
    if actor.role == Role.SYSTEM_OFFICE:
        return assignment.unit.system.office_id == actor.office_id
    if actor.role == Role.COMMITTEE:
        return KeyCase.objects.filter(suggestion=case, committee=actor.committee).exists()
    return False


def may_urge_many(actor: Membership) -> bool:
    """Test if the actor may urge at all; each unit is tested on its own."""
    return actor.role in STAFF_ROLES | {Role.SYSTEM_OFFICE, Role.COMMITTEE}


def may_answer_urging(actor: Membership, urging: Urging) -> bool:
    """Test if the actor's unit may say how it stands (反馈催办)."""
    assignment = urging.assignment
    return (
        actor.role in UNIT_ROLES
        and actor.unit_id == assignment.unit_id
        and urging.answered_at is None
        and not is_recused(actor, assignment.suggestion)
    )


def may_release_notice(actor: Membership, notice: SupervisionNotice) -> bool:
    """Test if the actor may release a notice or put it aside: 代表工委, the system's office."""
    if notice.state != SupervisionNotice.State.DRAFT:
        return False
    return _is_charged_with(actor, notice)


def may_answer_notice(actor: Membership, notice: SupervisionNotice) -> bool:
    """Test if the actor's unit may answer a notice (回应督办通知单)."""
    return (
        notice.state == SupervisionNotice.State.RELEASED
        and notice.answered_at is None
        and actor.role in UNIT_ROLES
        and actor.unit_id == notice.assignment.unit_id
        and not is_recused(actor, notice.assignment.suggestion)
    )


def may_read_digests(actor: Membership) -> bool:
    """Test if the actor's office gets the digest of the week (每周情况摘要)."""
    return actor.role in COMMITTEE_STAFF_ROLES | {Role.SYSTEM_OFFICE}


def _is_charged_with(actor: Membership, notice: SupervisionNotice) -> bool:
    assignment = notice.assignment
    if is_recused(actor, assignment.suggestion):
        return False
    if actor.role in COMMITTEE_STAFF_ROLES:
        return actor.congress_id == notice.congress_id
    return (
        actor.role == Role.SYSTEM_OFFICE
        and actor.office_id is not None
        and assignment.unit.system.office_id == actor.office_id
    )
