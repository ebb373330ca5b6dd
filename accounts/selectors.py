"""Who holds which seat on a day: for notices, switchers and jobs."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import SEATS, Membership, MembershipQuerySet, User
from common.refusals import Refusal
from congress.models import Congress


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


def memberships_of(user: User, *, on: date) -> list[Membership]:
    """List the seats a user may act in on a day, in the order of the switcher."""
    return list(Membership.objects.current(on=on).filter(user=user).with_seats().order_by("pk"))


def actor_for(membership_id: int, *, on: date) -> Membership:
    """
    Fetch a membership to act in outside a request, e.g. for an export job its owner asked for.

    :raises MembershipEnded: if it no longer holds on that day.
    """
    found = Membership.objects.current(on=on).with_seats().filter(pk=membership_id).first()
    if found is None:
        raise MembershipEnded
    return found


def users_for_administration(*, query: str = "") -> QuerySet[User]:
    """List all users with the number of their memberships, by user name."""
    users = User.objects.annotate(seat_count=Count("memberships")).order_by("username")
    if query:
        users = users.filter(Q(username__icontains=query) | Q(name__icontains=query))
    return users


def _several(holders: Any) -> list[Any]:
    if isinstance(holders, list | tuple | set | frozenset | QuerySet):
        return list(holders)
    return [holders]
