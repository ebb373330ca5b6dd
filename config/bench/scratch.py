"""
A database of its own beside the one in use, made, filled and dropped by ``manage.py bench``.

The database in use is never read or written: only its name is taken, and another made from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings

from common.refusals import Refusal
from config.database import as_owner

#: The comment on a database that says it may be dropped.
MARK = "made by manage.py bench"
_SUFFIX = "_bench"


class NotOurs(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(f"数据库“{name}”不是由测速命令建立的，不能使用。请更名或删除后重试。")


@contextmanager
def scratch_database(size: int, *, keep: bool) -> Iterator[bool]:
    """
    Work in the scratch database; the value says if an earlier run has filled it to this size.

    :raises NotOurs: if a database of that name was not made here.
    """
    live = str(connection.settings_dict["NAME"])
    name = scratch_name(live)
    filled = _filled(name)
    if filled not in {0, size}:
        drop(name)
        filled = _create(name)
    try:
        with TemporaryDirectory() as files, override_settings(MEDIA_ROOT=files), _apart(name):
            call_command("migrate", verbosity=0, interactive=False)
            yield filled == size
    finally:
        _use(live)
        if not keep:
            drop(name)


def scratch_name(live: str) -> str:
    """Name the scratch database that belongs to the one in use."""
    return live if live.endswith(_SUFFIX) else f"{live}{_SUFFIX}"


def mark(name: str, *, filled: int = 0) -> None:
    """Say on a database that it may be dropped, and with how many cases it was filled."""
    with as_owner() as owner, owner._nodb_cursor() as cursor:  # noqa: SLF001 - as tests do
        quoted = owner.ops.quote_name(name)
        cursor.execute(f"COMMENT ON DATABASE {quoted} IS %s", [f"{MARK}: {filled}"])


def drop(name: str) -> None:
    """Drop a scratch database."""
    with as_owner() as owner, owner._nodb_cursor() as cursor:  # noqa: SLF001
        cursor.execute(f"DROP DATABASE IF EXISTS {owner.ops.quote_name(name)} WITH (FORCE)")


def _filled(name: str) -> int:
    """Tell to which size the scratch database was filled, and make it where there is none."""
    with as_owner() as owner, owner._nodb_cursor() as cursor:  # noqa: SLF001
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        found = cursor.fetchone()
    if found is not None and not str(found[0]).startswith(MARK):
        raise NotOurs(name)
    return int(str(found[0]).rpartition(" ")[2]) if found else _create(name)


def _create(name: str) -> int:
    with as_owner() as owner, owner._nodb_cursor() as cursor:  # noqa: SLF001
        cursor.execute(f"CREATE DATABASE {owner.ops.quote_name(name)}")
    mark(name)
    return 0


@contextmanager
def _apart(name: str) -> Iterator[None]:
    """Let this process alone work there, with a cache and addresses of its own."""
    cache = caches["default"]
    prefix = cache.key_prefix
    limits = settings.RATE_LIMITS | {"search": "1000000/m/user"}
    with override_settings(ROOT_URLCONF="config.bench.urls", RATE_LIMITS=limits):
        _use(name)
        cache.key_prefix = settings.CACHES["default"]["KEY_PREFIX"] = name
        try:
            yield
        finally:
            cache.key_prefix = settings.CACHES["default"]["KEY_PREFIX"] = prefix


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
