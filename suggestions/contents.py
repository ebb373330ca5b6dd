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

from django.db.models import Model, Q, QuerySet

from accounts.models import Membership
from common import statements
from common.prepared import ask_words
from suggestions.models import Suggestion
from suggestions.visibility import Seat, on_the_page_of

T = TypeVar("T")
M = TypeVar("M", bound=Model)


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


def rows_of(
    case: Suggestion, actor: Membership, write: Callable[[Membership, int], QuerySet[M]]
) -> list[M]:
    """
    Read rows of a case, ``write(actor, case.pk)``; on its page by a statement written once a seat.

    ``write`` is a function of a module that looks at nothing but the seat and the key of the case
    (``common.statements``).
    """
    found = _found.get()
    if found is None or found.case_id != case.pk:
        return list(write(actor, case.pk))
    return statements.rows(_write, case.pk, fixed=(write, Seat.of(actor)))


def rows_of_all(case: Suggestion, write: Callable[[int], QuerySet[M]]) -> list[M]:
    """Read rows of a case that are the same for all who see it, as ``rows_of`` does."""
    found = _found.get()
    if found is None or found.case_id != case.pk:
        return list(write(case.pk))
    return statements.rows(write, case.pk)


def _write(
    write: Callable[[Membership, int], QuerySet[M]], seat: Seat, case_id: int
) -> QuerySet[M]:
    with on_the_page_of(case_id, seat.actor):
        return write(seat.actor, case_id)


def _ask(case: Suggestion) -> frozenset[Kind]:
    sql, values = _question()
    given = [case.pk if value == _ANY_CASE else value for value in values]
    (answers,) = ask_words(sql, given)
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
