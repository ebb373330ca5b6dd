"""
The one way to make a list page: filter, order, cut into pages, and keep the state in the address.

Nothing of the address reaches the ORM by name: filters are those of the FilterSet, sort keys those
of the headings, and whatever else is in the query string is dropped.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import DataError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import FilterSet

from common.list_order import Countable, ListInOrder
from common.list_page import Heading, Listing, Pair, Parts, names_in_form

__all__ = ["Heading", "Listing", "Parts", "make_listing"]

PAGE_SIZE = 50
LONGEST_VALUE = 500
MOST_VALUES = 200
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
                in_order = ListInOrder(
                    filterset.qs,
                    keys[sort.removeprefix("-")],
                    descending=sort.startswith("-"),
                    countable=countable,
                    reader=reader,
                    counted=getattr(filterset, "counted", None),
                )
                listing.page = _page(
                    in_order,
                    shown.get("page", ""),
                    lambda found: rows(queryset.filter(pk__in=found).order_by()),
                    page_size,
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
    rows_in_order: ListInOrder,
    asked: str,
    rows: Callable[[list[Any]], Iterable[Any]],
    page_size: int,
) -> Page:
    paginator = Paginator(range(rows_in_order.total), page_size)
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= 9
    number = min(max(int(asked) if is_number else 1, 1), paginator.num_pages)
    keys = rows_in_order.keys((number - 1) * page_size, page_size)
    found = {row.pk: row for row in rows(keys)} if keys else {}
    # A row may vanish between the two queries; the page is then one shorter, not broken.
    return Page([found[pk] for pk in keys if pk in found], number, paginator)
