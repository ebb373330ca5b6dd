"""Who may look after delivery."""

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES


def may_watch_delivery(actor: Membership) -> bool:
    """Test if the actor sees which messages went out, and settles those in doubt (消息发送)."""
    return actor.role in COMMITTEE_STAFF_ROLES or actor.role == Role.SYSTEM_ADMIN
