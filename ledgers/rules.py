"""Who may take ledgers in, take them out, and read the figures of a session."""

from __future__ import annotations

from accounts.models import Membership, Role
from accounts.roles import ADMIN_ROLES, COMMITTEE_STAFF_ROLES
from ledgers.models import LedgerJob

#: Who reads the figures of a session.
FIGURE_ROLES = COMMITTEE_STAFF_ROLES | {Role.LEADER, Role.SYSTEM_OFFICE}
State = LedgerJob.State


def may_import(actor: Membership) -> bool:
    """Test if the actor may take a ledger in (导入台账): 代表工委 answers for what is history."""
    return actor.role in COMMITTEE_STAFF_ROLES


def may_export(actor: Membership) -> bool:
    """Test if the actor may take out what it sees (导出台账); administrators see no case."""
    return actor.role not in ADMIN_ROLES


def may_read_figures(actor: Membership) -> bool:
    """Test if the actor reads the figures of a session; a system's office those of its system."""
    return actor.role in FIGURE_ROLES


def may_confirm(actor: Membership, job: LedgerJob) -> bool:
    """Test if a checked import can be written now (确认导入)."""
    return (
        may_import(actor)
        and job.kind == LedgerJob.Kind.IMPORT
        and job.is_preview
        and job.state == State.DONE
    )


def may_cancel(actor: Membership, job: LedgerJob) -> bool:
    """Test if a job can still be stopped, or a checked import be dropped (取消)."""
    return not job.is_over or may_confirm(actor, job)
