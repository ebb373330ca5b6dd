"""Rules about people: what administrators may do, and when a person must stand back."""

from collections.abc import Iterable

from accounts.models import Membership, Role
from accounts.roles import ADMIN_ROLES, STAFF_ROLES


def is_administrator(actor: Membership) -> bool:
    """Test if the actor is one of the three administrators (三员), who see no business."""
    return actor.role in ADMIN_ROLES


def may_manage_users(actor: Membership) -> bool:
    """Test if the actor keeps users, memberships, calendar and rules (系统管理员)."""
    return actor.role == Role.SYSTEM_ADMIN


def may_keep_roster(actor: Membership) -> bool:
    """Test if the actor keeps deputies, units, sessions and code lists (基础资料)."""
    return actor.role in STAFF_ROLES


def may_disable_users(actor: Membership) -> bool:
    """Test if the actor watches over roles and may shut a user out (安全管理员)."""
    return actor.role == Role.SECURITY_ADMIN


def may_read_audit(actor: Membership) -> bool:
    """Test if the actor reads the record (审计管理员)."""
    return actor.role == Role.AUDIT_ADMIN


def person_is(actor: Membership, deputy_ids: Iterable[int | None]) -> bool:
    """
    Test if the person behind the acting membership is also one of these deputies (回避).

    A deputy who heads or works for the handling unit cannot act for both on one case. An ended
    seat counts: who proposed a suggestion stays its proposer.
    """
    deputies = [pk for pk in deputy_ids if pk is not None]
    if not deputies:
        return False
    if actor.deputy_id is not None and actor.deputy_id in deputies:
        return True
    seats = Membership.objects.filter(user_id=actor.user_id, deputy_id__in=deputies)
    return seats.exists()


def is_recused(
    actor: Membership, lead_deputy_id: int | None, cosigner_ids: Iterable[int] = ()
) -> bool:
    """Test if the actor must leave a case to a colleague, being its deputy too (回避)."""
    if actor.role == Role.DEPUTY:
        return False
    return person_is(actor, [lead_deputy_id, *cosigner_ids])
