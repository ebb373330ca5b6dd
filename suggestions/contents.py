"""
What a case has: which kinds of rows there are of it, asked in one question (案卷内容).

The page of a case is made of some forty small reads, and of most cases most of them find nothing:
no case was returned, urged, extended and made a key one at once. Finding nothing costs as much as
finding something, because asking is what costs. So the page asks once what there is, and reads
only that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, Q

from accounts.models import Membership
from suggestions.models import Suggestion
from suggestions.visibility import on_the_page_of

T = TypeVar("T")


@dataclass(frozen=True)
class Some:
    """The rows of a kind that something waits for (``Some(Talk, Q(state="recorded"))``)."""

    model: type[Model]
    condition: Q


Kind = type[Model] | Some


@dataclass(frozen=True)
class _Found:
    case_id: int
    kinds: frozenset[Kind]
    kept: dict[str, Any] = field(default_factory=dict)


_paths: dict[Kind, str] = {}
#: Stands for the case in the question, where no case has such a key.
_ANY_CASE = -7_700_770_077
_found: ContextVar[_Found | None] = ContextVar("contents", default=None)


def register_contents(paths: Mapping[Kind, str]) -> None:
    """Say of kinds of rows by which path they belong to a case (``assignment__suggestion``)."""
    _paths.update(paths)
    _question.cache_clear()


@contextmanager
def contents_read_once(case: Suggestion, actor: Membership) -> Iterator[None]:
    """Ask once what a visible case has, for a page that only reads, and that case alone."""
    token = _found.set(_Found(case.pk, _ask(case)))
    try:
        with on_the_page_of(case.pk, actor):
            yield
    finally:
        _found.reset(token)


def has(case: Suggestion, kind: Kind) -> bool:
    """Test if a case may have rows of a kind: True where nobody asked, and reading will tell."""
    found = _found.get()
    return found is None or found.case_id != case.pk or kind not in _paths or kind in found.kinds


def read_once(case: Suggestion, name: str, read: Callable[[], T]) -> T:
    """Read something of the case whose page it is once for all its parts; elsewhere, each time."""
    found = _found.get()
    if found is None or found.case_id != case.pk:
        return read()
    if name not in found.kept:
        found.kept[name] = read()
    return found.kept[name]


def _ask(case: Suggestion) -> frozenset[Kind]:
    sql, values = _question()
    with connection.cursor() as cursor:
        cursor.execute(sql, [case.pk if value == _ANY_CASE else value for value in values])
        answers = cursor.fetchone()
    return frozenset(kind for kind, there in zip(_paths, answers, strict=True) if there)


@cache
def _question() -> tuple[str, list[Any]]:
    """Write the question once a process."""
    parts: list[str] = []
    values: list[Any] = []
    for kind, path in _paths.items():
        model, condition = (kind.model, kind.condition) if isinstance(kind, Some) else (kind, Q())
        # All rows there are; what the reader may see of them is for the reading to say.
        rows = model._base_manager.filter(condition, **{path: _ANY_CASE})
        sql, given = rows.order_by().values("pk").query.sql_with_params()
        parts.append(f"EXISTS ({sql})")
        values += given
    return f"SELECT {', '.join(parts)}", values
