"""
One-time initial passwords (初始密码): shown once, good for one sign-in, to be changed at once.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from audit.services import Actor, record
from common.refusals import Refusal

#: An initial password nobody used by then is worthless (ASVS 6.4.1; ours: three days).
INITIAL_PASSWORD_HOURS = 72
# Without what looks alike on paper: 0 and o, 1 and l and i.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class InitialPasswordExpired(Refusal):
    def __init__(self) -> None:
        super().__init__("初始密码已失效（限72小时内使用一次），请联系系统管理员重置密码。")


def new_password() -> str:
    """Make a password that can be read aloud: four groups of four, 79 bits."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)


def initial_password_until(at: datetime) -> datetime:
    """Say until when an initial password made now may be used."""
    return at + timedelta(hours=INITIAL_PASSWORD_HOURS)


def give_initial_password(user: User, *, at: datetime) -> str:
    """Set a one-time password on a user that the caller saves, and return it."""
    password = new_password()
    user.set_password(password)
    user.must_change_password = True
    user.initial_password_until = initial_password_until(at)
    return password


@transaction.atomic
def reset_password(user: User, *, by: Actor | None, at: datetime) -> str:
    """Give a user a new one-time password (重置密码), end their sessions, and return it."""
    user = User.objects.select_for_update().get(pk=user.pk)
    password = give_initial_password(user, at=at)
    user.sessions_since = at
    user.save()
    record("user.reset_password", by=by, at=at, subject=user)
    return password


def use_initial_password(user: User, *, at: datetime) -> None:
    """
    Use up the initial password at its first sign-in, of whoever comes first.

    :raises InitialPasswordExpired: if it was used before or its time is over.
    """
    unused = User.objects.filter(
        pk=user.pk, must_change_password=True, initial_password_until__gte=at
    )
    if not unused.update(initial_password_until=None):
        raise InitialPasswordExpired


@transaction.atomic
def password_was_changed(user: User, *, at: datetime) -> None:
    """Note that a user has chosen a password of their own (更改密码)."""
    User.objects.filter(pk=user.pk).update(
        must_change_password=False, initial_password_until=None, password_changed_at=at
    )
    record("user.change_password", by=None, user_id=user.pk, at=at, subject=user)
