"""
Conditions on keys that the database is to find first.

Of ``IN (SELECT …)`` it may choose where to begin, and begins at the wrong end where its statistics
do not know how few keys there are; an array it always makes first, and looks up each key of it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet


def among(column: str, keys: QuerySet[Any]) -> Func:
    """Say that a column is among few keys, found first; ``keys`` has one column (``values``)."""
    return Func(
        F(column),
        ArraySubquery(keys),
        template="%(expressions)s)",
        arg_joiner=" = ANY (",
        output_field=BooleanField(),
    )
