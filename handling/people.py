"""Who stands behind a receipt: whom a reply answers, who must stand back, whom each step tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from accounts.models import Membership, Role
from accounts.roles import STAFF_ROLES, UNIT_ROLES
from accounts.rules import person_is
from accounts.selectors import members_of
from assignment.models import Assignment
from assignment.people import stands_behind, working_committee_of
from congress.models import Congress, Deputy, Unit
from suggestions.models import Suggestion
from suggestions.notices import lead_of
from suggestions.selectors.people import deputies_of as proposers_of


def respondent_of(case: Suggestion) -> Deputy | None:
    """
    Return the deputy who speaks for a case: the lead, or the head of the delegation that filed it.

    None where a delegation has no head on record (重庆2018第二十六条：代表团建议由联系组组长反馈).
    """
    if case.lead_deputy_id is not None:
        return case.lead_deputy
    return case.delegation.head


def deputies_of(case: Suggestion) -> list[Deputy]:
    """Return the deputy who speaks for a case, then all others who are owed a reply."""
    lead = respondent_of(case)
    others = [deputy for deputy in proposers_of(case) if deputy != lead]
    return [lead, *others] if lead else others


def is_recused(actor: Membership, case: Suggestion) -> bool:
    """Test if the person asked for this case, or heads the delegation that did (回避)."""
    if stands_behind(actor, case):
        return True
    return case.lead_deputy_id is None and person_is(actor, [case.delegation.head_id])


def people_of_unit(unit: Unit, *, on: date) -> list[Membership]:
    """Return the clerks and heads of a unit."""
    return list(members_of(unit=unit, roles=UNIT_ROLES, on=on))


def heads_of_unit(unit: Unit, *, on: date) -> list[Membership]:
    """Return those who check and sign for a unit."""
    return list(members_of(unit=unit, roles={Role.UNIT_HEAD}, on=on))


def handlers_of(assignment: Assignment, *, on: date) -> list[Membership]:
    """Return the clerk a receipt was given to, or the whole unit where it names nobody."""
    people = people_of_unit(assignment.unit, on=on)
    named = [person for person in people if person.pk == assignment.clerk_id]
    return named or people


def people_of_deputies(deputies: Iterable[Deputy], *, on: date) -> list[Membership]:
    """Return the memberships in which these deputies act; one on paper may have none."""
    return list(members_of(deputy=list(deputies), roles={Role.DEPUTY}, on=on))


def speakers_of(case: Suggestion, *, on: date) -> list[Membership]:
    """Return who answers for a case: its lead, or a delegation's head and secretary."""
    return list(lead_of(case, on=on))


def staff_of(congress: Congress, *, on: date) -> list[Membership]:
    """Return the staff of 代表工委."""
    return list(members_of(office=working_committee_of(congress), roles=STAFF_ROLES, on=on))


def system_people(unit: Unit, *, on: date) -> list[Membership]:
    """Return the people of the office that directs a unit's system, if it has one."""
    office = unit.system.office
    return list(members_of(office=office, roles={Role.SYSTEM_OFFICE}, on=on)) if office else []


def units_on(case: Suggestion, *, answering: bool, on: date) -> list[Membership]:
    """Return the people of the units that hold the case, or only of those that owe a reply."""
    receipts = Assignment.objects.filter(suggestion=case).live()
    units = (receipts.answering() if answering else receipts).values_list("unit_id", flat=True)
    return list(members_of(unit=list(units), roles=UNIT_ROLES, on=on))
