"""
Statements so long that the database takes longer to plan them than to answer them.

A connection keeps what it planned (``PREPARE``); the database plans anew by itself when its
statistics or a table change.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

#: Plans that a connection keeps; the one that was not asked for longest goes first.
MOST_KEPT = 16

_kept: WeakKeyDictionary[Any, OrderedDict[bytes, str]] = WeakKeyDictionary()
_numbers = count()


def ask(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """
    Return the rows of a query whose text and values are asked for again and again.

    Behind a pool that hands connections on (``DISABLE_SERVER_SIDE_CURSORS``, as Django has it),
    nothing is prepared.
    """
    with connection.cursor() as cursor:
        if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
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
        forget = f"DEALLOCATE {kept.popitem(last=False)[1]}; " if len(kept) >= MOST_KEPT else ""
        # One way there and back, whatever is forgotten.
        cursor.execute(f"{forget}PREPARE {name} AS {sql}; EXECUTE {name}", values)
        kept[question] = name
        return cursor.fetchall()
