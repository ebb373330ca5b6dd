"""
A list in one order: counted part by part, and the keys of one page, sought where it lies.

See docs/decisions/0801-a-page-of-a-list-is-sought-in-its-part.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import BaseExpression, OrderBy

from common.kept import keep_value
from common.list_page import Counted, Heading, Parts

#: The value of a part and how many rows it has.
Part = tuple[Any, int]
#: Says the same rows in words by which they are counted sooner.
Countable = Callable[[QuerySet[Any]], QuerySet[Any]]

# A large total may be half a minute old; nobody counts to ten thousand by hand.
LARGE_TOTAL = 10_000
#: The same where it is known who reads: who has just done something reads none so old.
LARGE_TOTAL_OF_READER = 1_000


@dataclass(frozen=True)
class ListInOrder:
    """
    What is in a list, and by which heading it stands in order.

    ``reader`` is the membership for which totals are counted, ``counted`` what a filter counted
    when it found the rows; it is of use where the heading has the same parts.
    """

    queryset: QuerySet[Any]
    heading: Heading
    descending: bool = False
    countable: Countable = lambda queryset: queryset
    reader: int | None = None
    counted: Counted | None = None

    @property
    def total(self) -> int:
        """How many rows there are."""
        return sum(count for _, count in self._parts)

    def keys(self, offset: int, size: int) -> list[Any]:
        """Read the keys of one page, in the parts in which it lies alone."""
        if self.heading.parts is None:
            return _keys(self._ordered(self.queryset, by=True), offset, size, self.total)
        touched, before = _touched(self._parts, offset, size)
        if not touched:
            return []
        within = sum(count for _, count in touched)
        return _keys(self._inside(self.heading.parts, touched), offset - before, size, within)

    @cached_property
    def _parts(self) -> list[Part]:
        """Count part by part, in their order; a list without parts is one part."""
        parts = self.heading.parts
        if parts is None:
            rows = self.queryset.order_by().values("pk")
            whole = self._kept(rows, lambda: [(None, self.countable(rows).count())])
            return [(None, count) for _, count in whole]
        if told := self._told:
            return told.parts[::-1] if self.descending else told.parts
        ordered = self.queryset.order_by(*_terms(parts.order, self.descending))
        counted = ordered.values_list(parts.key).annotate(rows=Count("pk"))
        found = self._kept(counted, lambda: list(self.countable(counted)))
        return [(value, count) for value, count in found]

    @property
    def _told(self) -> Counted | None:
        parts, told = self.heading.parts, self.counted
        return told if told and parts and told.key == parts.key else None

    def _inside(self, parts: Parts, touched: list[Part]) -> QuerySet[Any]:
        wanted = [value for value, _ in touched]
        inside = self._told.inside(wanted) if self._told else self.queryset
        inside = inside.filter(_in_parts(parts.key, wanted))
        if len(wanted) == 1:
            return self._ordered(inside, by=wanted[0] not in parts.plain)
        return self._ordered(inside, *parts.order, by=True)

    def _ordered(
        self, rows: QuerySet[Any], *first: str | BaseExpression, by: bool
    ) -> QuerySet[Any]:
        # The key at the end makes the order total: no row on two pages, none on no page.
        own = _by(self.heading) if by else []
        return rows.order_by(*_terms([*first, *own, "pk"], self.descending))

    def _kept(self, counted: QuerySet[Any], count: Callable[[], list[Part]]) -> list[Part]:
        """Count, or take a count that was kept; ``counted`` says by its SQL what is counted."""
        try:
            sql, params = counted.query.sql_with_params()
        except EmptyResultSet:
            return count()
        fingerprint = hashlib.sha256(f"{sql}\0{params!r}".encode()).hexdigest()
        large = LARGE_TOTAL if self.reader is None else LARGE_TOTAL_OF_READER
        kept: list[Part] = keep_value(
            f"listing-total:{fingerprint}",
            count,
            # No membership has this key: where nobody is named, nobody's deeds are known.
            reader=self.reader or 0,
            is_costly=lambda parts: sum(rows for _, rows in parts) >= large,
        )
        return kept


def _in_parts(key: str, wanted: list[Any]) -> Q:
    named = [value for value in wanted if value is not None]
    inside = Q(**{key: named[0]} if len(named) == 1 else {f"{key}__in": named})
    if len(named) == len(wanted):
        return inside
    nameless = Q(**{f"{key}__isnull": True})
    return inside | nameless if named else nameless


def _touched(parts: list[Part], offset: int, size: int) -> tuple[list[Part], int]:
    """Find the parts in which rows of a page lie, and how many rows come before them."""
    touched, before, start = [], 0, 0
    for value, count in parts:
        if start + count <= offset:
            before += count
        elif start < offset + size:
            touched.append((value, count))
        start += count
    return touched, before


def _by(heading: Heading) -> list[str | BaseExpression]:
    return [heading.by] if isinstance(heading.by, str | BaseExpression) else list(heading.by)


def _terms(by: Iterable[str | BaseExpression], descending: bool) -> list[OrderBy]:
    order = [_order_by(term) for term in by]
    if descending:
        for term in order:
            term.reverse_ordering()
    return order


def _order_by(term: str | BaseExpression) -> OrderBy:
    if isinstance(term, str):
        return F(term.removeprefix("-")).desc() if term.startswith("-") else F(term).asc()
    return term.copy() if isinstance(term, OrderBy) else OrderBy(term)


def _keys(ordered: QuerySet[Any], offset: int, size: int, total: int) -> list[Any]:
    """Read the keys of one page, from whichever end of the list is nearer."""
    keys = ordered.values_list("pk", flat=True)
    if offset <= total // 2:
        return list(keys[offset : offset + size])
    start = max(total - offset - size, 0)
    return list(keys.reverse()[start : total - offset])[::-1]
