"""What the case page shows of the units of a case."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from accounts.models import Membership, Role
from accounts.roles import OFFICE_ROLES, STAFF_ROLES, UNIT_ROLES
from assignment import rules
from assignment.models import (
    ENDED_STATES,
    Assignment,
    AssignmentRound,
    Objection,
    Referral,
    ReturnRequest,
)
from suggestions.contents import has, read_once, rows_of_all
from suggestions.models import Suggestion


def units_panel(actor: Membership, case: Suggestion, today: date) -> dict[str, Any] | None:
    """
    Return the units of a case: roles, states, whom to call, who signed when, who was relieved.

    None before anybody was asked.
    """
    receipts = receipts_of_case(case) if has(case, Assignment) else []
    referrals = rows_of_all(case, _referrals) if has(case, Referral) else []
    objections = list(objections_on(actor, case)) if has(case, Objection) else []
    if not receipts and not referrals:
        return None
    return {
        "live": [row for row in receipts if row.state not in ENDED_STATES],
        "ended": [row for row in receipts if row.state in ENDED_STATES],
        "open_referrals": [row for row in referrals if row.ended_at is None],
        "referrals": referrals if actor.role in OFFICE_ROLES else [],
        "objections": objections,
        "own_unit": actor.unit_id,
        "reads_requests": actor.role in OFFICE_ROLES | {Role.LEADER},
        "may_change": rules.may_change_units(actor, case),
        "last_day_to_object": rules.last_day_to_object(case) if actor.role == Role.DEPUTY else None,
        "may_object": rules.may_object(actor, case, on=today),
    }


def _referrals(case_id: int) -> QuerySet[Referral]:
    found = Referral.objects.filter(suggestion=case_id)
    return found.select_related("office", "referred_by__user")


_SHOWN = (
    "unit__system",
    "clerk__user",
    "accepted_by__user",
    "sign_deadline",
    "return_deadline",
    "answer_deadline",
)
_SHOWN_OF_RETURNS = (
    "return_request__reason",
    "return_request__proposed_unit",
    "return_request__decider",
    "return_request__decided_by__user",
)


def receipts_of_case(case: Suggestion) -> list[Assignment]:
    """Return all receipts of a case with what a page shows of them, in the order asked."""
    return read_once(case, "receipts", lambda: _read_receipts(case))


def own_receipts(actor: Membership, case: Suggestion) -> list[Assignment]:
    """Return the live receipts of the actor's unit on a case; there is at most one."""
    return [
        receipt
        for receipt in receipts_of_case(case)
        if receipt.is_live and receipt.unit_id == actor.unit_id
    ]


def _read_receipts(case: Suggestion) -> list[Assignment]:
    receipts = rows_of_all(case, _with_returns if has(case, ReturnRequest) else _receipts)
    receipts.sort(key=lambda receipt: receipt.pk)
    prefetch_related_objects(
        receipts, Prefetch("rounds", AssignmentRound.objects.order_by("round"))
    )
    for receipt in receipts:
        receipt.suggestion = case
    return receipts


def _receipts(case_id: int) -> QuerySet[Assignment]:
    shown = Assignment.objects.select_related(*_SHOWN, "return_request")
    return shown.filter(suggestion=case_id).order_by()


def _with_returns(case_id: int) -> QuerySet[Assignment]:
    return _receipts(case_id).select_related(*_SHOWN_OF_RETURNS)


def objections_on(actor: Membership, case: Suggestion) -> QuerySet[Objection]:
    """Find what deputies said against the hand-over, for those who may know of it."""
    if actor.role in UNIT_ROLES | {Role.LEADING_OFFICIAL, Role.COMMITTEE}:
        return Objection.objects.none()
    found = Objection.objects.filter(suggestion=case).select_related("by__user", "answered_by")
    return found if actor.role in STAFF_ROLES | OFFICE_ROLES else found.filter(by=actor)
