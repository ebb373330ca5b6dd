"""
Statements so long that the database takes longer to plan them than to answer them.

A connection keeps what it planned (``PREPARE``); the database plans anew by itself when its
statistics or a table change. Behind a pool that hands connections on
(``DISABLE_SERVER_SIDE_CURSORS``, as Django has it), nothing is prepared.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

#: Plans that a connection keeps; the one that was not asked for longest goes first.
MOST_KEPT = 16
#: The same, of statements that are planned for whatever values come; they are short.
MOST_WORDS_KEPT = 150

_Kept = WeakKeyDictionary[Any, OrderedDict[bytes, str]]

_kept: _Kept = WeakKeyDictionary()
_words_kept: _Kept = WeakKeyDictionary()
_numbers = count()


def ask(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a query whose text and values are asked for again and again."""
    with connection.cursor() as cursor:
        if _is_handed_on(connection):
            cursor.execute(sql, values)
            return cursor.fetchall()
        kept = _kept.setdefault(connection.connection, OrderedDict())
        question = hashlib.sha256(f"{sql}\0{values!r}".encode()).digest()
        if question in kept:
            kept.move_to_end(question)
            cursor.execute(f"EXECUTE {kept[question]}")
            return cursor.fetchall()
        # A name is never used again: after a failure nobody knows which of the three were done.
        name = f"asked_{next(_numbers)}"
        forget = _forgetting(kept, MOST_KEPT)
        # One way there and back, whatever is forgotten.
        cursor.execute(f"{forget}PREPARE {name} AS {sql}; EXECUTE {name}", values)
        kept[question] = name
        return cursor.fetchall()


def ask_words(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a query that is asked again and again with other values."""
    with connection.cursor() as cursor:
        cursor.execute(*in_words(connection, sql, values))
        return cursor.fetchall()


def in_words(
    connection: BaseDatabaseWrapper, sql: str, values: Sequence[Any]
) -> tuple[str, Sequence[Any]]:
    """
    Return what to execute in place of a query whose values change: its plan, made if need be.

    It is planned for its values some times, and then once for all if that is no worse: for
    questions by a key, and not for such as need a partial index.
    """
    if _is_handed_on(connection):
        return sql, values
    connection.ensure_connection()
    kept = _words_kept.setdefault(connection.connection, OrderedDict())
    question = sql.encode()
    if question in kept:
        kept.move_to_end(question)
    else:
        name = f"worded_{next(_numbers)}"
        forget = _forgetting(kept, MOST_WORDS_KEPT)
        # Past Django's cursor: this is no question of the page's.
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(f"{forget}PREPARE {name} AS {_numbered(sql)}")
        kept[question] = name
    places = ", ".join(["%s"] * len(values))
    return f"EXECUTE {kept[question]}" + (f" ({places})" if values else ""), values


def _is_handed_on(connection: BaseDatabaseWrapper) -> bool:
    return bool(connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"))


def _forgetting(kept: OrderedDict[bytes, str], most: int) -> str:
    return f"DEALLOCATE {kept.popitem(last=False)[1]}; " if len(kept) >= most else ""


def _numbered(sql: str) -> str:
    pieces = sql.split("%s")
    words = "".join(f"{piece}${number}" for number, piece in enumerate(pieces[:-1], 1))
    return (words + pieces[-1]).replace("%%", "%")
