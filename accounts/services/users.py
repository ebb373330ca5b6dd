"""Users: made, shut out and let in again by administrators; reading mode chosen by themselves."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import User
from accounts.services.passwords import give_initial_password
from audit.services import Actor, record
from common.refusals import Refusal


class UsernameTaken(Refusal):
    def __init__(self, username: str):
        super().__init__(f"用户名“{username}”已被使用。")


class OwnAccount(Refusal):
    def __init__(self) -> None:
        super().__init__("不能停用自己的账号。")


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    by: Actor | None,
    at: datetime,
    phone: str = "",
    email: str = "",
    password: str | None = None,
    hashed_password: str = "",
) -> tuple[User, str]:
    """
    Make a user (新建用户) and return it with the one-time password to hand over.

    ``password`` is for a demonstration only: it stays, need not be changed, and is on record;
    ``hashed_password`` is the same for many users at once, hashed by the caller.

    :raises UsernameTaken: if somebody has the name already.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(username)
    user = User(username=username, name=name, phone=phone, email=email)
    if hashed_password:
        user.password = hashed_password
    elif password is None:
        password = give_initial_password(user, at=at)
    else:
        user.set_password(password)
    user.save()
    detail = {"username": username, "is_initial": user.must_change_password}
    record("user.add", by=by, at=at, subject=user, detail=detail)
    return user, password or ""


@transaction.atomic
def correct_user(
    user: User, *, name: str, phone: str, email: str = "", by: Actor, at: datetime
) -> User:
    """Correct how a user is called and reached (更正用户资料); the record keeps what was."""
    user = User.objects.select_for_update().get(pk=user.pk)
    given = {"name": name, "phone": phone, "email": email}
    changes = {key: [getattr(user, key), new] for key, new in given.items()}
    changes = {key: pair for key, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        user.name, user.phone, user.email = name, phone, email
        user.save(update_fields=["name", "phone", "email"])
        record("user.correct", by=by, at=at, subject=user, detail=changes)
    return user


@transaction.atomic
def disable_user(user: User, *, by: Actor, at: datetime, why: str) -> User:
    """
    Shut a user out (停用) and end all their sessions; memberships stay for the record.

    :raises OwnAccount: if administrators would shut themselves out.
    """
    if user.pk == by.user_id:
        raise OwnAccount
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    user.sessions_since = at
    user.save(update_fields=["is_active", "sessions_since"])
    record("user.disable", by=by, at=at, subject=user, detail={"why": why})
    return user


@transaction.atomic
def enable_user(user: User, *, by: Actor, at: datetime) -> User:
    """Let a user in again (启用); sessions from before stay dead."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("user.enable", by=by, at=at, subject=user)
    return user


@transaction.atomic
def reset_second_factor(user: User, *, by: Actor, at: datetime, why: str) -> None:
    """
    Take a lost second factor off an account (重置两步验证), to be set up anew at the next sign-in.

    The security administrator's deed: passwords are the system administrator's, so that neither
    can enter an account alone.
    """
    Authenticator.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(sessions_since=at)
    record("user.reset_second_factor", by=by, at=at, subject=user, detail={"why": why})


def set_elder_mode(user: User, *, is_on: bool) -> User:
    """Let a user read in large type (长辈版), or no longer."""
    user.elder_mode = is_on
    user.save(update_fields=["elder_mode"])
    return user
