"""Columns as data, and what a value becomes in a cell."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from django.utils import timezone

from common.texts import without_unwritable

RowT = TypeVar("RowT")

FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
LONGEST_TEXT = 32_767
FIRST_YEAR = 1901
TOO_LONG = "……（超出单元格容量，全文见系统）"


class Kind(StrEnum):
    """What a column holds and therefore how it is written and aligned."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"


FORMATS = {
    Kind.TEXT: "@",
    Kind.INTEGER: "0",
    Kind.DECIMAL: "0.00",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.YES_NO: "@",
}


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """One column: heading, how to get its value from a row, width in characters, kind."""

    heading: str
    getter: Callable[[RowT], Any]
    width: float = 14
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class SheetOf(Generic[RowT]):
    """One sheet: its title, its columns, and rows that may be a generator."""

    title: str
    columns: Sequence[Column[RowT]]
    rows: Iterable[RowT]


def cell_value(kind: Kind, value: Any) -> str | int | float | Decimal | date | None:
    """Turn the value of a row into what the cell of its column holds; empty stays empty."""
    if value is None or value == "":
        return None
    if kind == Kind.YES_NO or isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        # Excel knows no time zones; people read the clock on their wall.
        local = timezone.make_naive(value) if timezone.is_aware(value) else value
        value = local.date() if kind == Kind.DATE else local
    if kind == Kind.DECIMAL and isinstance(value, str):
        value = Decimal(value)
    if kind == Kind.TEXT or not _is_plain(value):
        return writable(str(value))
    return cast(int | float | Decimal | date, value)


def _is_plain(value: object) -> bool:
    """Test if a cell can hold a value as more than text; the calendar of Excel begins in 1900."""
    if isinstance(value, date):
        return value.year >= FIRST_YEAR
    return isinstance(value, int | float | Decimal) and math.isfinite(value)


def writable(text: str) -> str:
    """Drop what a cell cannot hold and cut what is too long for one, saying so."""
    text = without_unwritable(text)
    if len(text) > LONGEST_TEXT:
        return text[: LONGEST_TEXT - len(TOO_LONG)] + TOO_LONG
    return text
