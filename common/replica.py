"""
Reading from a follower of the database (读副本) where nobody is about to write.

A page of figures or a list asks for it (``reads_from_replica``); everything else, and all that is
written, goes to the primary. Nobody reads there right after something they did, and a replica that
is gone or too far behind is passed over (docs/decisions/0702).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, Error, InterfaceError, OperationalError, connections
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

REPLICA = "replica"
#: Seconds that a replica may be behind and still be read from.
MOST_LAG = 5.0
#: How often a process looks how far behind it is, and how long it leaves one alone that failed.
LOOK_EVERY, LEAVE_FOR = 2.0, 10.0
#: For so long people read what they wrote from where they wrote it; more than the two together.
REMEMBER_WRITES = 15
#: A worker waits so long for the replica to have all that it is asked about.
CATCH_UP = 5.0

_READING: ContextVar[bool] = ContextVar("reading_from_replica", default=False)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A statement that took too long here would take as long there.
_TOO_SLOW = "57014"
# The replica had to undo what a query was looking at; it is well otherwise.
_CONFLICT = "40001"
T = TypeVar("T")


@dataclass(frozen=True)
class Lag:
    """How far the replica is behind: not at all, or since when it has heard nothing new."""

    bytes: int
    seconds: float | None

    @property
    def is_bearable(self) -> bool:
        return self.seconds is not None and self.seconds <= MOST_LAG


class NotAReplica(Exception):
    """What is called the replica follows nobody; it was promoted, or is the primary itself."""


def is_configured() -> bool:
    """Test if this installation has a replica at all."""
    return REPLICA in settings.DATABASES


def alias() -> str:
    """Name the database that is read from just now, for those who write SQL themselves."""
    return REPLICA if _READING.get() else DEFAULT_DB_ALIAS


class Router:
    """Sends reads to the replica inside ``read``, and everything else to the primary."""

    def db_for_read(self, _model: object, **_hints: object) -> str:
        return alias()

    def db_for_write(self, _model: object, **_hints: object) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *_objects: object, **_hints: object) -> bool:
        return True  # the same rows, wherever they were read

    def allow_migrate(self, db: str, *_: object, **_hints: object) -> bool:
        return db == DEFAULT_DB_ALIAS


class Watch:
    """What one process knows of the replica."""

    def __init__(self) -> None:
        self._looking = Lock()
        self._look_at = 0.0
        self._is_usable = False

    def is_usable(self) -> bool:
        """Test if the replica may be read from; looks anew every other second."""
        # One thread looks; the others go by what is known, not wait for it.
        if time.monotonic() >= self._look_at and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self._is_usable

    def leave(self, why: str) -> None:
        """Read from the primary for some seconds."""
        self._look_at = time.monotonic() + LEAVE_FOR
        self._become(usable=False, why=why, lag=None)

    def _look(self) -> None:
        try:
            found = lag()
        except (Error, NotAReplica) as fault:
            self.leave(str(fault).strip())
            return
        self._look_at = time.monotonic() + LOOK_EVERY
        self._become(usable=found.is_bearable, why="too far behind", lag=found)

    def _become(self, *, usable: bool, why: str, lag: Lag | None) -> None:
        if usable == self._is_usable:
            return
        self._is_usable = usable
        facts = {"lag_bytes": lag and lag.bytes, "lag_seconds": lag and lag.seconds}
        if usable:
            log.info("reading from the replica", extra=facts)
        else:
            log.warning("reading from the primary: %s", why, extra=facts)


WATCH = Watch()


def lag() -> Lag:
    """
    Measure how far the replica is behind the primary, by what each of them says.

    :raises NotAReplica: if it follows nobody.
    """
    at_primary = _position_of_primary()
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery(), pg_wal_lsn_diff(%s, pg_last_wal_replay_lsn())::bigint,"
            " extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8",
            [at_primary],
        )
        follows, behind, seconds = cursor.fetchone()
    if not follows or behind is None:
        raise NotAReplica("it is not a standby")
    # With everything in hand it is not behind, however long ago the last change was.
    if behind <= 0:
        return Lag(0, 0.0)
    return Lag(behind, None if seconds is None else round(max(seconds, 0.0), 1))


def told() -> dict[str, object]:
    """Say for the health check how far the replica is behind; nothing where there is none."""
    if not is_configured():
        return {}
    try:
        found = lag()
    except (Error, NotAReplica):
        return {REPLICA: {"used": False}}
    facts = {"lag_bytes": found.bytes, "lag_seconds": found.seconds}
    return {REPLICA: {"used": found.is_bearable, **facts}}


def _position_of_primary() -> str:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text")
        return str(cursor.fetchone()[0])


def read(do: Callable[[], T]) -> T:
    """Do something that reads from the replica; where that fails, do it again on the primary."""
    if not is_configured() or not WATCH.is_usable():
        return do()
    reading = _READING.set(True)
    try:
        return do()
    except (OperationalError, InterfaceError) as fault:
        code = getattr(fault.__cause__, "pgcode", None)
        if code == _TOO_SLOW:
            raise
        if code != _CONFLICT:
            WATCH.leave(str(fault).strip())
    finally:
        _READING.reset(reading)
    return do()


def read_all_written(do: Callable[[], T]) -> T:
    """Do something that reads from the replica once it has all that the primary has by now."""
    return read(do) if is_configured() and _catches_up() else do()


def _catches_up() -> bool:
    until = time.monotonic() + CATCH_UP
    try:
        wanted = _position_of_primary()
        with connections[REPLICA].cursor() as cursor:
            while time.monotonic() < until:
                cursor.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [wanted])
                if cursor.fetchone() == (True,):
                    return True
                time.sleep(0.05)
    except Error as fault:
        WATCH.leave(str(fault).strip())
    return False


def reads_from_replica(view: Callable[..., T]) -> Callable[..., T]:
    """Let a page that writes nothing read from the replica, unless its reader wrote just now."""

    @wraps(view)
    def reading(request: Any, *args: Any, **kwargs: Any) -> T:
        if not is_configured() or request.method not in _SAFE or _wrote_lately(request.user.pk):
            return view(request, *args, **kwargs)
        return read(lambda: view(request, *args, **kwargs))

    return reading


def remember_write(user_id: int) -> None:
    """Let all that a person reads in the next seconds come from the primary."""
    store: Any = cache
    try:
        store.reach()  # what the cache cannot keep it drops without a word
        store.set(_key(user_id), 1, REMEMBER_WRITES)
    except RedisError:
        # Nobody in this process reads from the replica before it has caught up for certain.
        WATCH.leave("no cache to remember a write in")


def _wrote_lately(user_id: int | None) -> bool:
    if user_id is None:
        return False
    store: Any = cache
    try:
        store.reach()
        return store.get(_key(user_id)) is not None
    except RedisError:
        return True  # unknown: the primary is always right


def _key(user_id: int) -> str:
    return f"wrote:{user_id}"
