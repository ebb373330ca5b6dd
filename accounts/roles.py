"""What roles (身份) have in common: groups of them, their shell, their duty."""

from accounts.models import POCKET_ROLES, Role

#: The three separated administrators (三员): GB/T 22239-2019 8.1.5 (系统管理、审计管理、安全管理).
ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
#: Who runs the procedure for the congress.
STAFF_ROLES = frozenset({Role.STAFF, Role.DIRECTOR, Role.SESSION_STAFF})
#: 代表工委 alone, in and out of session.
COMMITTEE_STAFF_ROLES = frozenset({Role.STAFF, Role.DIRECTOR})
OFFICE_ROLES = STAFF_ROLES | {Role.SYSTEM_OFFICE}
UNIT_ROLES = frozenset({Role.CLERK, Role.UNIT_HEAD})
LEADER_ROLES = frozenset({Role.LEADER, Role.LEADING_OFFICIAL})
#: GB/T 22239-2019 8.1.4.1 d asks two factors of all who see or write what is not their own;
#: deputies may sign in with a password alone.
SECOND_FACTOR_ROLES = frozenset(Role) - {Role.DEPUTY}

#: The first page of each administrator; everybody else starts at the desk.
ADMIN_HOMES = {
    Role.SYSTEM_ADMIN: "users",
    Role.SECURITY_ADMIN: "seats",
    Role.AUDIT_ADMIN: "audit_events",
}

POCKET, DESK = "pocket", "desk"


def shell_of(role: str) -> str:
    """Choose the shell a role works in: a pocket for those on the move, else a desk."""
    return POCKET if role in POCKET_ROLES else DESK


def duty_of(role: str) -> str:
    """Name what a role is for, so that no person holds two duties (三员分离)."""
    return role if role in ADMIN_ROLES else "business"
