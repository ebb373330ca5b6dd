"""
Results that take long to count and may be half a minute old: for everybody but whoever just did
something, who would otherwise look for the deed and not find it (docs/decisions/0804).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache

#: How old a kept result may be.
KEPT_SECONDS = 30
#: Longer by what a replica may lag: then all that is still kept was counted with the deed in it.
DEED_REMEMBERED_SECONDS = KEPT_SECONDS + 15


@dataclass(frozen=True)
class Kept:
    """A result, and the moment as of which it is true."""

    value: Any
    at: datetime


def keep(
    key: str,
    count: Callable[[], Any],
    *,
    reader: int,
    at: datetime,
    is_costly: Callable[[Any], bool],
) -> Kept:
    """
    Count, or take what was counted for anybody within half a minute.

    ``key`` names all that the result depends on, ``reader`` the membership that reads. What is
    not costly is never kept. The value is kept as JSON.
    """
    value, then = keep_value(
        key,
        lambda: [count(), at.isoformat()],
        reader=reader,
        is_costly=lambda counted: is_costly(counted[0]),
    )
    return Kept(value, datetime.fromisoformat(then))


def keep_value(
    key: str, count: Callable[[], Any], *, reader: int, is_costly: Callable[[Any], bool]
) -> Any:
    """Keep as ``keep`` does, where no page tells of when the result is."""
    name = f"kept:{key}"
    found = None if cache.get(_deed(reader)) else cache.get(name)
    if found is not None:
        return found
    value = count()
    if is_costly(value):
        cache.set(name, value, KEPT_SECONDS)
    return value


def remember_deed(reader: int) -> None:
    """Let a membership read for a while nothing that was counted before its deed."""
    cache.set(_deed(reader), 1, DEED_REMEMBERED_SECONDS)


def forget_deed(reader: int) -> None:
    """Let a membership read again what is kept for all."""
    cache.delete(_deed(reader))


def _deed(reader: int) -> str:
    return f"deed:{reader}"
