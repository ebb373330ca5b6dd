"""Who may open which page of the desk."""

from __future__ import annotations

from accounts.models import Membership, Role
from accounts.roles import ADMIN_ROLES, OFFICE_ROLES


def may_see_deputy_home(actor: Membership) -> bool:
    """Test if the deputies' first page is this role's."""
    return actor.role == Role.DEPUTY


def may_see_dashboard(actor: Membership) -> bool:
    """Test if the role reads the figures of a whole session (看板)."""
    return actor.role in OFFICE_ROLES | {Role.LEADER}


def may_list_cases(actor: Membership) -> bool:
    """Test if the role works with cases at all; the three administrators do not."""
    return actor.role not in ADMIN_ROLES
