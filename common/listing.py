"""
The one way to make a list page: filter, order, cut into pages, and keep the state in the address.

Nothing of the address reaches the ORM by name: filters are those of the FilterSet, sort keys those
of the headings, and whatever else is in the query string is dropped.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db import DataError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import BaseExpression, OrderBy
from django.http import QueryDict
from django_filters import FilterSet

from common.kept import keep_value
from common.list_page import Counted, Heading, Listing, Pair, Parts, names_in_form

__all__ = ["Heading", "Listing", "Parts", "make_listing"]

#: The value of a part and how many rows it has.
Part = tuple[Any, int]
#: Says the same rows in words by which they are counted sooner.
Countable = Callable[[QuerySet[Any]], QuerySet[Any]]

PAGE_SIZE = 50
LONGEST_VALUE = 500
MOST_VALUES = 200
# A large total may be half a minute old; nobody counts to ten thousand by hand.
LARGE_TOTAL = 10_000
#: The same where it is known who reads: who has just done something reads none so old.
LARGE_TOTAL_OF_READER = 1_000
UNREADABLE = "地址中的查询条件含有无法识别的字符，请重新填写筛选条件。"
TOO_LONG = "查询条件过长，请缩短后重试。"
OUT_OF_RANGE = "查询条件超出可以查询的范围，请修改后重试。"


def make_listing(
    query: QueryDict,
    queryset: QuerySet[Any],
    *,
    filters: type[FilterSet],
    headings: Sequence[Heading],
    default_sort: str,
    rows: Callable[[QuerySet[Any]], Iterable[Any]] = lambda queryset: queryset,
    page_size: int = PAGE_SIZE,
    filter_context: Mapping[str, Any] | None = None,
    reader: int | None = None,
    countable: Countable = lambda queryset: queryset,
) -> Listing:
    """
    Make a page of a list out of the query string of a request.

    ``queryset`` says what may be seen at all (``visible_to``) and should be slim; ``rows`` adds
    what a row shows (``select_related``, annotations) or makes something else of it that has its
    ``pk``, asked only for the rows of one page.
    ``default_sort`` is a key of the headings, with ``-`` in front for descending order.
    ``filter_context`` goes to the FilterSet's constructor (``request=…``). With a ``reader`` (a
    membership) totals from a thousand on may be half a minute old, but for its own deeds.
    ``countable`` says the same rows in other words, where that is quicker to count and not to page.

    It never fails because of what is in the query: ``problem`` holds a sentence then.
    """
    problem = _unreadable(query)
    shown = QueryDict() if problem else query
    filterset = filters(shown, queryset=queryset, **(filter_context or {}))
    keys = {heading.key: heading for heading in headings if heading.key}
    sort = _chosen_sort(shown.get("sort", ""), keys) or default_sort
    listing = Listing(
        page=Page([], 1, Paginator([], page_size)),
        filterset=filterset,
        headings=headings,
        sort=sort,
        default_sort=default_sort,
        state=_clean_state(filterset, shown),
        problem=problem,
    )
    if not problem and filterset.is_valid():
        try:
            # A savepoint: what the database refuses must not spoil the transaction around.
            with transaction.atomic(durable=False):
                # What is on the page has been filtered: its rows are asked for by their keys.
                listing.page = _page(
                    filterset.qs,
                    countable,
                    keys,
                    sort,
                    shown.get("page", ""),
                    lambda ids: rows(queryset.filter(pk__in=ids).order_by()),
                    page_size,
                    reader,
                    getattr(filterset, "counted", None),
                )
        except (DataError, OverflowError, ValueError):
            listing.problem = OUT_OF_RANGE
    return listing


def _unreadable(query: QueryDict) -> str:
    values = [text for key, texts in query.lists() for text in (key, *texts)]
    if any(unicodedata.category(char) in ("Cc", "Cs") for text in values for char in text):
        return UNREADABLE
    if len(values) > MOST_VALUES or any(len(text) > LONGEST_VALUE for text in values):
        return TOO_LONG
    return ""


def _clean_state(filterset: FilterSet, query: QueryDict) -> list[Pair]:
    known = set().union(*(names_in_form(filterset, name) for name in filterset.form.fields))
    return [
        (key, value)
        for key, values in sorted(query.lists())
        if key in known
        for value in values
        if value
    ]


def _chosen_sort(asked: str, keys: Mapping[str, Heading]) -> str:
    return asked if asked.removeprefix("-") in keys and not asked.startswith("--") else ""


def _page(
    queryset: QuerySet[Any],
    countable: Countable,
    keys: Mapping[str, Heading],
    sort: str,
    asked: str,
    rows: Callable[[list[Any]], Iterable[Any]],
    page_size: int,
    reader: int | None,
    counted: Counted | None,
) -> Page:
    heading, descending = keys[sort.removeprefix("-")], sort.startswith("-")
    if counted is not None and (heading.parts is None or heading.parts.key != counted.key):
        counted = None
    if counted is not None:
        parts = counted.parts[::-1] if descending else counted.parts
    else:
        parts = _parts(queryset, countable, heading.parts, descending, reader)
    total = sum(count for _, count in parts)
    paginator = Paginator(range(total), page_size)
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= 9
    number = min(max(int(asked) if is_number else 1, 1), paginator.num_pages)
    start = (number - 1) * page_size
    ids = _ids_of_page(queryset, heading, descending, parts, start, page_size, counted)
    found = {row.pk: row for row in rows(ids)} if ids else {}
    # A row may vanish between the two queries; the page is then one shorter, not broken.
    return Page([found[pk] for pk in ids if pk in found], number, paginator)


def _parts(
    queryset: QuerySet[Any],
    countable: Countable,
    parts: Parts | None,
    descending: bool,
    reader: int | None,
) -> list[Part]:
    """Count a list, part by part in their order; one without parts is one part."""
    if parts is None:
        rows = queryset.order_by().values("pk")
        whole = _kept(rows, lambda: [(None, countable(rows).count())], reader)
        return [(None, count) for _, count in whole]
    ordered = queryset.order_by(*_terms(parts.order, descending))
    counted = ordered.values_list(parts.key).annotate(rows=Count("pk"))
    return [
        (value, count) for value, count in _kept(counted, lambda: list(countable(counted)), reader)
    ]


def _ids_of_page(
    queryset: QuerySet[Any],
    heading: Heading,
    descending: bool,
    parts: list[Part],
    offset: int,
    size: int,
    counted: Counted | None,
) -> list[Any]:
    """Read the keys of one page, in the parts in which it lies alone."""
    if heading.parts is None:
        order = _terms([*_by(heading), "pk"], descending)
        return _ids(queryset.order_by(*order), offset, size, parts[0][1])
    touched, before = _touched(parts, offset, size)
    wanted = [value for value, _ in touched]
    inside = counted.inside(wanted) if counted else queryset
    inside = inside.filter(_in_parts(heading.parts.key, wanted))
    plain = len(wanted) == 1 and wanted[0] in heading.parts.plain
    first = heading.parts.order if len(wanted) > 1 else []
    order = _terms([*first, *([] if plain else _by(heading)), "pk"], descending)
    return _ids(inside.order_by(*order), offset - before, size, sum(count for _, count in touched))


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
    # The key at the end makes the order total: no row on two pages, none on no page.
    order = [_order_by(term) for term in by]
    if descending:
        for term in order:
            term.reverse_ordering()
    return order


def _order_by(term: str | BaseExpression) -> OrderBy:
    if isinstance(term, str):
        return F(term.removeprefix("-")).desc() if term.startswith("-") else F(term).asc()
    return term.copy() if isinstance(term, OrderBy) else OrderBy(term)


def _kept(
    counted: QuerySet[Any], count: Callable[[], list[Part]], reader: int | None
) -> list[Part]:
    """Count, or take a count that was kept; ``counted`` says by its SQL what is counted."""
    try:
        sql, params = counted.query.sql_with_params()
    except EmptyResultSet:
        return count()
    fingerprint = hashlib.sha256(f"{sql}\0{params!r}".encode()).hexdigest()
    large = LARGE_TOTAL if reader is None else LARGE_TOTAL_OF_READER
    return keep_value(
        f"listing-total:{fingerprint}",
        count,
        # No membership has this key: where nobody is named, nobody's deeds are known.
        reader=reader or 0,
        is_costly=lambda parts: sum(rows for _, rows in parts) >= large,
    )


def _ids(ordered: QuerySet[Any], offset: int, size: int, total: int) -> list[Any]:
    """Read the keys of one page, from whichever end of the list is nearer."""
    ids = ordered.values_list("pk", flat=True)
    if offset <= total // 2:
        return list(ids[offset : offset + size])
    start = max(total - offset - size, 0)
    return list(ids.reverse()[start : total - offset])[::-1]
