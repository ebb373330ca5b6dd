"""
Statements written once (留用语句): the SQL of a queryset is kept, and its keys are put in anew.

To write a query of eight joins takes Django one to three milliseconds, to plan it the database
one, and to answer it a tenth of one. Where a page asks twenty of them for one key, it lives on
writing and planning. Kept are the words, and with each session of the database its plans; never
an answer (docs/decisions/0805-statements-are-written-once.md).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

from common.prepared import in_words

M = TypeVar("M", bound=Model)
Key = int | list[int]

#: Stand for the keys while a statement is written; nothing has such a key.
_MARKS = (-7_700_770_071, -7_700_770_073, -7_700_770_077)
#: Tests compare every kept statement with one that is written anew.
is_verified = False


def rows(
    write: Callable[..., QuerySet[M]], *keys: Key, fixed: tuple[Hashable, ...] = ()
) -> list[M]:
    """
    Return the rows of ``write(*fixed, *keys)``, its SQL written once for what is ``fixed``.

    A key is a number, or a list of them where ``write`` asks for it with ``among.one_of``.

    ``write`` is a function of a module that looks at its arguments alone, asks the database
    nothing and fetches nothing in advance (``prefetch_related``); what is fixed compares equal only
    where it leads to the same words.
    """
    written = _written(write, len(keys), fixed)
    if is_verified:
        _verify(written, write(*fixed, *keys), keys)
    if written.form is None:
        return []
    return list(cast(Any, ModelIterable(cast(Any, _Source(written.form, written.bound(keys))))))


@dataclass(frozen=True, eq=False)
class _Form:
    """What statements of the same words share: how their columns become rows."""

    sql: str
    queryset: QuerySet[Any]
    compiler: SQLCompiler


@dataclass(frozen=True)
class _Written:
    form: _Form | None  # None where nothing can be found
    values: tuple[Any, ...] = ()

    def bound(self, keys: tuple[Key, ...]) -> tuple[Any, ...]:
        given = dict(zip(_MARKS, keys, strict=False))
        return tuple(
            given.get(value, value) if type(value) is int else value for value in self.values
        )


# Of a thousand seats each has its own values, and all of a role the same words.
_forms: WeakValueDictionary[str, _Form] = WeakValueDictionary()


@lru_cache(maxsize=16_384)
def _written(
    write: Callable[..., QuerySet[Any]], keys: int, fixed: tuple[Hashable, ...]
) -> _Written:
    queryset = write(*fixed, *_MARKS[:keys])
    if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]  # noqa: SLF001
        raise TypeError("a kept statement fetches nothing in advance")
    compiler = queryset.query.get_compiler(using=queryset.db)
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return _Written(None)
    form = _forms.setdefault(sql, _Form(sql, queryset, compiler))
    return _Written(form, tuple(values))


class _Source:
    """Gives Django's own reading of rows a statement that is written already."""

    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, form: _Form, values: tuple[Any, ...]) -> None:
        self.query = self
        self.db = form.queryset.db  # the replica's or not: asked each time
        self._compiler = copy(form.compiler)
        self._compiler.connection = connections[self.db]
        asked = in_words(self._compiler.connection, form.sql, values)
        self._compiler.as_sql = lambda *_, **__: asked  # type: ignore[method-assign]

    def get_compiler(self, using: str) -> SQLCompiler:
        return self._compiler


def _verify(written: _Written, anew: QuerySet[Any], keys: tuple[Key, ...]) -> None:
    try:
        sql, values = anew.query.sql_with_params()
    except EmptyResultSet:
        sql, values = "", ()
    kept = (written.form.sql, written.bound(keys)) if written.form else ("", ())
    if kept != (sql, tuple(values)):
        raise AssertionError(f"kept: {kept}\nanew: {(sql, values)}")
