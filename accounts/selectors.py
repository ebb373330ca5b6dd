"""Who holds which seat on a day: for notices, switchers and jobs."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import (
    SEAT_OF_ROLE,
    SEATS,
    Membership,
    MembershipQuerySet,
    Role,
    User,
)
from audit.models import AuditEvent
from common import statements
from common.refusals import Refusal
from congress.models import Congress, Unit


class MembershipEnded(Refusal):
    def __init__(self) -> None:
        super().__init__("该身份已到期或已终止，不能再以此身份办理。")


def members_of(*, on: date, roles: Iterable[str] | None = None, **seats: Any) -> MembershipQuerySet:
    """
    Find who sits for bodies or persons on a day: ``members_of(unit=unit, on=today)``.

    Each seat (deputy, delegation, office, unit, committee, official) takes an object, a key, or
    several of either; with more than one seat named, holders of any are found.
    """
    unknown = set(seats) - set(SEATS)
    if unknown or not seats:
        raise TypeError(f"members_of() wants seats out of {SEATS}, got {sorted(seats)}")
    wanted = Q(pk__in=[])
    for name, holders in seats.items():
        wanted |= Q(**{f"{name}__in": _several(holders)})
    found = Membership.objects.current(on=on).filter(wanted)
    if roles is not None:
        found = found.filter(role__in=list(roles))
    return found.with_seats().order_by("pk")


def members_in_role(congress: Congress, *roles: str, on: date) -> MembershipQuerySet:
    """Find who acts in one of some roles for a congress on a day."""
    found = Membership.objects.current(on=on).filter(congress=congress, role__in=roles)
    return found.with_seats().order_by("pk")


def seats_without_holder(congress: Congress, *, role: str, on: date) -> QuerySet[Any]:
    """Find the deputies or units of a congress for whom nobody acts in a role on a day."""
    held = Membership.objects.current(on=on).filter(congress=congress, role=role)
    seat = SEAT_OF_ROLE[role]
    if seat == "deputy":
        return congress.deputies.filter(is_active=True).exclude(pk__in=held.values("deputy"))
    units = Unit.objects.filter(congress=congress, is_active=True)
    return units.exclude(pk__in=held.values("unit"))


def memberships_of(user: User, *, on: date) -> list[Membership]:
    """List the seats a user may act in on a day, in the order of the switcher."""
    return statements.rows(_seats_of, user.pk, fixed=(on,))


def _seats_of(on: date, user_id: int) -> QuerySet[Membership]:
    # A join of ten tables, which with_seats() is careful not to ask for; but this one is asked by
    # every request, and planned only once for each connection.
    seats = Membership.objects.current(on=on).filter(user_id=user_id)
    return seats.select_related("user", "congress", "unit__system", *SEATS).order_by("pk")


def actor_for(membership_id: int, *, on: date) -> Membership:
    """
    Fetch a membership to act in outside a request, e.g. for an export job its owner asked for.

    :raises MembershipEnded: if it no longer holds on that day.
    """
    found = Membership.objects.current(on=on).with_seats().filter(pk=membership_id).first()
    if found is None:
        raise MembershipEnded
    return found


def congresses_under(actor: Membership) -> QuerySet[Congress]:
    """Find the congresses an administrator keeps: their own and those below it."""
    found = {actor.congress_id}
    level = found
    while level:
        children = Congress.objects.filter(parent__in=level).exclude(pk__in=found)
        level = set(children.values_list("pk", flat=True))
        found = found | level
    return Congress.objects.filter(pk__in=found).order_by("parent_id", "pk")


def users_under(actor: Membership) -> QuerySet[User]:
    """
    Find the users an administrator keeps: all of whose seats, past ones too, lie in their house.

    Who also sits in a congress above is kept there: a new password for a person of two houses
    would open the upper one to the lower one's administrator.
    """
    elsewhere = Membership.objects.exclude(congress__in=congresses_under(actor))
    return User.objects.exclude(memberships__in=elsewhere)


def present_seats(*, on: date, to: str) -> Prefetch:
    """Fetch with users the seats that hold on a day, as a list named ``to``."""
    seats = Membership.objects.current(on=on).with_seats().order_by("pk")
    return Prefetch("memberships", queryset=seats, to_attr=to)


def role_counts(actor: Membership, *, on: date) -> list[tuple[str, int]]:
    """Count who holds each role today in an administrator's house, in the order of the roles."""
    seats = Membership.objects.current(on=on).filter(congress__in=congresses_under(actor))
    counts = dict(seats.order_by().values_list("role").annotate(n=Count("pk")))
    return [(str(role.label), counts.get(role, 0)) for role in Role]


def seats_under(actor: Membership) -> QuerySet[Membership]:
    """Find all seats, past and present, in an administrator's house."""
    return Membership.objects.filter(congress__in=congresses_under(actor))


def events_under(actor: Membership) -> QuerySet[AuditEvent]:
    """Find what the record says of an auditor's house, and what belongs to no congress."""
    house = Q(congress_id__in=congresses_under(actor).values("pk"))
    return AuditEvent.objects.filter(house | Q(congress_id__isnull=True))


def _several(holders: Any) -> list[Any]:
    if isinstance(holders, list | tuple | set | frozenset | QuerySet):
        return list(holders)
    return [holders]
