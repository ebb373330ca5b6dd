"""Who is told about what happens to a case. Others say what; here is only to whom."""

from __future__ import annotations

from datetime import date

from accounts.models import MembershipQuerySet, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, STAFF_ROLES, UNIT_ROLES
from accounts.selectors import members_in_role, members_of
from congress.models import Committee, Deputy, Office, Unit
from suggestions import selectors
from suggestions.models import Deadline, Suggestion, SuggestionGroupPermission


def lead_of(case: Suggestion, *, on: date) -> MembershipQuerySet:
    """Find the lead deputy, or for a delegation's suggestion its secretary and head."""
    if case.lead_deputy_id is None:
        head = case.delegation.head_id
        return members_of(delegation=case.delegation_id, deputy=[head] if head else [], on=on)
    return deputies([case.lead_deputy_id], on=on)


def deputies(who: list[int] | list[Deputy], *, on: date) -> MembershipQuerySet:
    """Find the seats of some deputies."""
    return members_of(deputy=who, roles=[Role.DEPUTY], on=on)


def authors_of(case: Suggestion, *, on: date) -> MembershipQuerySet:
    """Find all who stand behind a case: lead, co-signers, and those of cases merged into it."""
    seats = {"deputy": list(selectors.deputies_of(case).values_list("pk", flat=True))}
    if case.lead_deputy_id is None:
        seats["delegation"] = [case.delegation_id]
    return members_of(roles=[Role.DEPUTY, Role.DELEGATION_SECRETARY], on=on, **seats)


def first_reviewers_of(case: Suggestion, *, on: date) -> MembershipQuerySet:
    """Find who checks a case first: secretary and head of its delegation or contact group."""
    group = selectors.first_review_group(case)
    own = {case.lead_deputy_id, *case.cosigners.values_list("deputy_id", flat=True)}
    head = [group.head_id] if group.head_id and group.head_id not in own else []
    # A seat named with nobody in it finds nobody.
    return members_of(
        delegation=group, deputy=head, roles=[Role.DEPUTY, Role.DELEGATION_SECRETARY], on=on
    )


def reviewers_of(case: Suggestion, *, on: date) -> MembershipQuerySet:
    """Find who reviews for the congress: the secretariat in session, 代表工委 always."""
    if case.filing == Suggestion.Filing.IN_SESSION:
        roles = STAFF_ROLES - {Role.DIRECTOR}
    else:
        roles = COMMITTEE_STAFF_ROLES - {Role.DIRECTOR}
    return members_in_role(case.congress, *roles, on=on)


def bodies_on(case: Suggestion, *, on: date) -> MembershipQuerySet:
    """Find the people of the units, offices and committees that hold a grant on the case."""
    groups = SuggestionGroupPermission.objects.filter(content_object=case).values("group_id")
    seats = {
        name: list(body.objects.filter(group_id__in=groups).values_list("pk", flat=True))
        for name, body in (("unit", Unit), ("office", Office), ("committee", Committee))
    }
    return members_of(roles=UNIT_ROLES | {Role.SYSTEM_OFFICE, Role.COMMITTEE}, on=on, **seats)


def holders_of(deadline: Deadline, *, on: date) -> MembershipQuerySet:
    """Find who answers for a clock: the people of its unit or office, or the deputy."""
    if deadline.holder_unit_id:
        return members_of(unit=deadline.holder_unit_id, roles=UNIT_ROLES, on=on)
    if deadline.holder_office_id:
        return members_of(office=deadline.holder_office_id, on=on)
    return deputies([deadline.holder_deputy], on=on)
