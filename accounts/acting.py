"""Which membership a signed-in session acts in: one key in the session, checked on each request."""

from collections.abc import MutableMapping
from datetime import date
from typing import Any

from accounts.models import Membership, User
from accounts.selectors import memberships_of

_KEY = "acting_membership"


def act_as(session: MutableMapping[str, Any], membership: Membership) -> None:
    """Let a session act in a membership (切换身份)."""
    session[_KEY] = membership.pk


def acting_membership(
    session: MutableMapping[str, Any], user: User, *, on: date
) -> tuple[Membership | None, list[Membership]]:
    """Find the membership a session acts in, else the first that holds, and all to choose from."""
    seats = memberships_of(user, on=on)
    chosen = [seat for seat in seats if seat.pk == session.get(_KEY)]
    return next(iter(chosen + seats), None), seats
