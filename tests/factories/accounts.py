"""Users and memberships for tests."""

from itertools import count
from typing import Any

from allauth.mfa.models import Authenticator

from accounts import services
from accounts.models import SEAT_OF_ROLE, Membership, Role, User
from accounts.roles import SECOND_FACTOR_ROLES
from congress.models import Congress
from tests.factories import NOW
from tests.factories.congress import LONG_AGO

_next = count(1)
PASSWORD = "tests-only-long-password"


def make_user(**fields: Any) -> User:
    n = next(_next)
    given = {"username": f"user{n}", "name": f"用户{n}", "password": PASSWORD}
    user, _ = services.create_user(**given | fields, by=None, at=NOW)
    return user


def make_member(
    role: str, seat: Any = None, *, congress: Congress | None = None, **fields: Any
) -> Membership:
    """Seat a new user (or ``user=``) in a role, with the second factor that the role asks for."""
    user = fields.pop("user", None) or make_user(name=fields.pop("name", Role(role).label))
    congress = congress or seat.congress
    given = {"valid_from": LONG_AGO} | fields
    membership = services.grant_membership(
        user, role=role, congress=congress, seat=seat, by=None, at=NOW, **given
    )
    if role in SECOND_FACTOR_ROLES:
        add_second_factor(user)
    assert SEAT_OF_ROLE[role] is None or seat is not None
    return Membership.objects.with_seats().get(pk=membership.pk)


def add_second_factor(user: User) -> Authenticator:
    """Let a user have a second factor, for pages that ask whether there is one."""
    factor, _ = Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "unused"}}
    )
    return factor
