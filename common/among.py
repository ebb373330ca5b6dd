"""
Conditions on keys: those that the database is to find first, and as many as there are.

Of ``IN (SELECT …)`` it may choose where to begin, and begins at the wrong end where its statistics
do not know how few keys there are; an array it always makes first, and looks up each key of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Expression, F, Func, QuerySet, Value


def among(column: str, keys: QuerySet[Any]) -> Func:
    """Say that a column is among few keys, found first; ``keys`` has one column (``values``)."""
    return _any_of(column, ArraySubquery(keys.order_by()))


def one_of(column: str, keys: Sequence[int]) -> Func:
    """Say that a column is one of these keys, in the same words for however many of them."""
    return _any_of(column, Value(keys, ArrayField(BigIntegerField())))


def _any_of(column: str, array: Expression) -> Func:
    return Func(
        F(column),
        array,
        template="%(expressions)s)",
        arg_joiner=" = ANY (",
        output_field=BooleanField(),
    )
