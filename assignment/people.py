"""Who stands behind a case and its units: whom each step tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date

from accounts.models import Membership, MembershipQuerySet
from accounts.roles import UNIT_ROLES
from accounts.rules import person_is
from accounts.selectors import members_of
from congress.models import Congress, Office, Unit
from suggestions.models import Suggestion
from suggestions.notices import authors_of
from suggestions.selectors.people import deputies_of as proposers_of


@dataclass
class _Read:
    """What a page has read of who stands behind its cases, and who of its readers is one."""

    deputies: dict[int, set[int]] = field(default_factory=dict)
    is_one: dict[tuple[int, int], bool] = field(default_factory=dict)


_read: ContextVar[_Read | None] = ContextVar("proposers", default=None)


@contextmanager
def proposers_read_once() -> Iterator[None]:
    """Let a page that asks many rules of one case read once who stands behind it."""
    token = _read.set(_Read())
    try:
        yield
    finally:
        _read.reset(token)


def deputy_ids_of(case: Suggestion) -> set[int]:
    """Return all who stand behind a case, those of cases merged into it too."""
    read = _read.get()
    if read is not None and case.pk in read.deputies:
        return read.deputies[case.pk]
    found = set(proposers_of(case).order_by().values_list("pk", flat=True))
    if read is not None:
        read.deputies[case.pk] = found
    return found


def stands_behind(actor: Membership, case: Suggestion) -> bool:
    """Test if the person behind the acting membership proposed the case, in whatever seat."""
    read = _read.get()
    key = (actor.pk, case.pk)
    if read is not None and key in read.is_one:
        return read.is_one[key]
    found = person_is(actor, deputy_ids_of(case))
    if read is not None:
        read.is_one[key] = found
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
