"""Who stands behind a case and its units: whom each step tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from accounts.models import Membership, MembershipQuerySet
from accounts.roles import UNIT_ROLES
from accounts.selectors import members_of
from congress.models import Congress, Office, Unit
from suggestions.models import Suggestion
from suggestions.notices import authors_of
from suggestions.selectors.people import deputies_of as proposers_of

_read: ContextVar[dict[int, set[int]] | None] = ContextVar("proposers", default=None)


@contextmanager
def proposers_read_once() -> Iterator[None]:
    """Let a page that asks many rules of one case read once who stands behind it."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def deputy_ids_of(case: Suggestion) -> set[int]:
    """Return all who stand behind a case, those of cases merged into it too."""
    read = _read.get()
    if read is not None and case.pk in read:
        return read[case.pk]
    found = set(proposers_of(case).values_list("pk", flat=True))
    if read is not None:
        read[case.pk] = found
    return found


def deputies_of(case: Suggestion, *, on: date) -> MembershipQuerySet:
    """Find the seats of all who proposed the case; for a delegation, who acts for it."""
    return authors_of(case, on=on)


def people_of_units(units: Iterable[Unit], *, on: date) -> MembershipQuerySet:
    """Find the clerks and heads of units."""
    return members_of(unit=list(units), roles=UNIT_ROLES, on=on)


def people_of_offices(offices: Iterable[Office], *, on: date) -> MembershipQuerySet:
    """Find who works in offices."""
    return members_of(office=list(offices), on=on)


def working_committee_of(congress: Congress) -> Office:
    """Return the office of the congress that directs the work on suggestions (代表工委)."""
    return Office.objects.get(congress=congress, kind=Office.Kind.WORKING_COMMITTEE)


def name_of(member: Membership | None) -> str:
    """Name who did something, for a sentence to a colleague."""
    return str(member.user) if member else "同事"
