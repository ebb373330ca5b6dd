"""What the case page shows of supervision."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import Membership, Role
from accounts.roles import OFFICE_ROLES, UNIT_ROLES
from assignment.models import Assignment
from assignment.selectors.panel import receipts_of_case
from suggestions.contents import has, rows_of, rows_of_all
from suggestions.models import Suggestion
from supervision import rules
from supervision.models import (
    KeyCase,
    KeyCaseChange,
    SupervisionLog,
    SupervisionNotice,
    Urging,
)
from supervision.selectors.notices import notices_on


def supervision_panel(actor: Membership, case: Suggestion, today: date) -> dict[str, Any] | None:
    """Return who leads the case, the log and the urgings; None where there is none of them."""
    key_cases = rows_of_all(case, _key_cases) if has(case, KeyCase) else []
    key_case = key_cases[0] if key_cases else None
    if key_case is not None:
        key_case.suggestion = case
    urgings = rows_of(case, actor, urgings_on) if has(case, Urging) else []
    papers = rows_of(case, actor, notices_on) if has(case, SupervisionNotice) else []
    if key_case is None and not urgings and not papers and case.led_by_id is None:
        return None
    return {
        "key_case": key_case,
        "led_by": case.led_by,
        "log": rows_of_all(case, _log) if key_case else [],
        "changes": rows_of_all(case, _changes) if key_case else [],
        "urgings": urgings,
        "notices": papers,
        "may_change": key_case is not None and rules.may_change_key_case(actor, key_case),
    }


def _key_cases(case_id: int) -> QuerySet[KeyCase]:
    found = KeyCase.objects.filter(suggestion=case_id)
    return found.select_related("leader", "committee", "category")


def _log(case_id: int) -> QuerySet[SupervisionLog]:
    found = SupervisionLog.objects.filter(key_case__suggestion=case_id)
    return found.select_related("by__user", "attachment")


def _changes(case_id: int) -> QuerySet[KeyCaseChange]:
    found = KeyCaseChange.objects.filter(key_case__suggestion=case_id)
    return found.select_related("leader", "committee")


def urgings_on(actor: Membership, case: Suggestion | int) -> QuerySet[Urging]:
    """Find the urgings on a case that the actor may read: its own unit's, or all for offices."""
    found = Urging.objects.filter(assignment__suggestion=case).select_related(
        "assignment__unit", "by__user", "by__office", "by__committee", "answered_by__user"
    )
    if actor.role in UNIT_ROLES:
        return found.filter(assignment__unit=actor.unit)
    if actor.role in OFFICE_ROLES | {Role.COMMITTEE, Role.LEADER}:
        return found
    return found.none()


def urgeable(actor: Membership, case: Suggestion) -> list[Assignment]:
    """List the receipts of a case whose unit the actor may urge."""
    return [
        receipt
        for receipt in receipts_of_case(case)
        if receipt.is_live and rules.may_urge(actor, receipt)
    ]
