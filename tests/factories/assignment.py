"""Receipts for tests, made by the services that make the real ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import Membership, Role
from assignment.models import Assignment, ReturnRequest
from assignment.services import accepting, assigning, returns
from assignment.services.orders import Order, Terms
from congress.models import Congress, Deputy, ReturnReason, Unit
from suggestions.models import Suggestion
from tests.factories import NOW
from tests.factories import congress as bodies
from tests.factories.accounts import make_member
from tests.factories.suggestions import registered_case


def staff_of(case: Suggestion) -> Membership:
    """Return somebody of 代表工委, seated on first use."""
    office = bodies.working_committee_of(case.congress)
    seated = Membership.objects.with_seats().filter(role=Role.STAFF, office=office).first()
    return seated or make_member(Role.STAFF, office)


def clerk_of(unit: Unit) -> Membership:
    """Return a clerk of a unit, seated on first use."""
    seated = Membership.objects.with_seats().filter(role=Role.CLERK, unit=unit).first()
    return seated or make_member(Role.CLERK, unit)


def case_to_assign(congress: Congress, lead: Deputy | None = None, **fields: Any) -> Suggestion:
    """Return a numbered case of a congress that waits to be handed over."""
    return registered_case(lead or bodies.make_deputy(bodies.make_term(congress)), **fields)


def hand_over(
    case: Suggestion,
    roles: Iterable[tuple[Unit, str]],
    *,
    by: Membership | None = None,
    at: datetime = NOW,
    **terms: Any,
) -> list[Assignment]:
    """Hand a registered case over to units in roles; split units get a part of their own."""
    orders = [
        Order(unit, role, f"涉及{unit}的部分" if role == Assignment.Role.SPLIT else "")
        for unit, role in roles
    ]
    given = assigning.assign(
        case.pk, orders=orders, terms=Terms(**terms), by=by or staff_of(case), at=at
    )
    case.refresh_from_db()
    return given


def handed_over_case(
    *units: Unit,
    roles: Iterable[str] = ("sole",),
    case: Suggestion | None = None,
    at: datetime = NOW,
    by: Membership | None = None,
    terms: dict[str, Any] | None = None,
    **fields: Any,
) -> Suggestion:
    """
    Return a case handed over to units: ``handed_over_case(a, b, roles=["lead", "support"])``.

    ``fields`` go to the registered case where none is given; ``terms`` to the hand-over.
    """
    case = case or case_to_assign(units[0].congress, **fields)
    hand_over(case, zip(units, roles, strict=True), by=by, at=at, **(terms or {}))
    return case


def offered_assignment(unit: Unit, role: str = "sole", **fields: Any) -> Assignment:
    """Return a receipt that waits to be signed for; a supporting one gets a lead of its own."""
    if role == Assignment.Role.SOLE:
        case = handed_over_case(unit, **fields)
    else:
        beside = {"support": "lead", "lead": "support", "split": "split"}[role]
        other = bodies.make_unit(unit.congress, unit.system)
        case = handed_over_case(unit, other, roles=[role, beside], **fields)
    return case.assignments.get(unit=unit)


def accept(
    assignment: Assignment, *, by: Membership | None = None, at: datetime = NOW
) -> Assignment:
    """Let the unit sign for a receipt."""
    accepting.accept(assignment.pk, by=by or clerk_of(assignment.unit), at=at)
    return reload(assignment)


def accepted_assignment(
    unit: Unit, role: str = "sole", *, by: Membership | None = None, **fields: Any
) -> Assignment:
    """Return a receipt that its unit has signed for."""
    return accept(offered_assignment(unit, role, **fields), by=by, at=fields.get("at", NOW))


def return_reason_of(case: Suggestion) -> ReturnReason:
    return ReturnReason.objects.filter(congress=case.congress, is_active=True)[0]


def asked_return(
    assignment: Assignment,
    proposed: Unit,
    *,
    by: Membership | None = None,
    at: datetime = NOW,
) -> ReturnRequest:
    """Let the unit of a receipt ask to be relieved, proposing another."""
    return returns.ask_return(
        assignment.pk,
        reason=return_reason_of(assignment.suggestion),
        explanation="此事不属于我单位职责。",
        proposed_unit=proposed,
        by=by or clerk_of(assignment.unit),
        at=at,
    )


def reload(assignment: Assignment) -> Assignment:
    """Read a receipt again, with what services and pages ask of it."""
    return Assignment.objects.select_related("suggestion", "unit").get(pk=assignment.pk)
