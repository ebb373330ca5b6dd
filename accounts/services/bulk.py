"""Accounts for a whole congress at once (批量开户): its deputies, its units."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import count
from typing import Any, NamedTuple

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher
from django.db import transaction

from accounts.models import SEAT_OF_ROLE, Role, User
from accounts.selectors import seats_without_holder
from accounts.services.memberships import grant_membership
from accounts.services.passwords import initial_password_until, new_password
from audit.services import Actor, record
from common.refusals import Refusal
from congress.models import Congress

#: Four hundred accounts in one request: a password of 79 random bits needs no slow hash to keep it
#: from being guessed. The first sign-in hashes anew, and the person then chooses their own.
_QUICK_ROUNDS = 1_000


class NobodyToOpenFor(Refusal):
    def __init__(self, role: str):
        super().__init__(f"没有需要开户的{Role(role).label}：都已有账号。")


class NewAccount(NamedTuple):
    """What is handed over to one person, on paper, once."""

    seat: str
    username: str
    password: str


@transaction.atomic
def open_accounts(
    congress: Congress,
    *,
    role: str,
    prefix: str,
    valid_from: date,
    by: Actor,
    at: datetime,
) -> list[NewAccount]:
    """
    Open an account for every deputy or unit that has none in a role (批量开户).

    :raises NobodyToOpenFor: if all of them have one.
    """
    opened, names = [], _free_usernames(prefix)
    for seat in seats_without_holder(congress, role=role, on=valid_from):
        username, password = next(names), new_password()
        user = User.objects.create(
            username=username,
            name=_name_for(seat, role),
            phone=seat.phone,
            password=_quick_hash(password),
            must_change_password=True,
            initial_password_until=initial_password_until(at),
        )
        record("user.add", by=by, at=at, subject=user, detail={"username": username})
        grant_membership(
            user, role=role, congress=congress, seat=seat, valid_from=valid_from, by=by, at=at
        )
        opened.append(NewAccount(str(seat), username, password))
    if not opened:
        raise NobodyToOpenFor(role)
    return opened


def _free_usernames(prefix: str) -> Iterator[str]:
    taken = set(
        User.objects.filter(username__istartswith=prefix).values_list("username", flat=True)
    )
    folded = {name.lower() for name in taken}
    return (name for name in (f"{prefix}{n:03d}" for n in count(1)) if name.lower() not in folded)


def _name_for(seat: Any, role: str) -> str:
    is_person = SEAT_OF_ROLE[role] == "deputy"
    return str(seat)[:60] if is_person else f"{seat}{Role(role).label}"[:60]


def _quick_hash(password: str) -> str:
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(password, hasher.salt(), _QUICK_ROUNDS)
    return hasher.encode(password, hasher.salt())
