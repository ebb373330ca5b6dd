"""
What a case has: which kinds of rows there are of it, asked in one question (案卷内容).

The page of a case is made of some forty small reads, and of most cases most of them find nothing:
no case was returned, urged, extended and made a key one at once. Finding nothing costs as much as
finding something, because asking is what costs. So the page asks once what there is, and reads
only that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.db.models import Model

from accounts.models import Membership
from suggestions.models import Suggestion
from suggestions.visibility import on_the_page_of

Kind = type[Model]


@dataclass(frozen=True)
class _Found:
    case_id: int
    kinds: frozenset[Kind]


_paths: dict[Kind, str] = {}
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


def _ask(case: Suggestion) -> frozenset[Kind]:
    sql, places = _question()
    if not sql:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(sql, [case.pk] * places)
        answers = cursor.fetchone()
    return frozenset(kind for kind, there in zip(_paths, answers, strict=True) if there)


@cache
def _question() -> tuple[str, int]:
    """Write the question once a process; its only value is the key of the case."""
    parts, places = [], 0
    for kind, path in _paths.items():
        rows = kind._base_manager.filter(**{path: 0}).order_by()
        sql, values = rows.values("pk").query.sql_with_params()
        parts.append(f"EXISTS ({sql})")
        places += len(values)
    return (f"SELECT {', '.join(parts)}" if parts else "", places)
