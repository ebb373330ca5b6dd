"""What a list page shows: its rows, its sortable headings, its filters in words, its addresses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import QuerySet
from django.db.models.expressions import BaseExpression
from django.forms import Form
from django_filters import FilterSet

from common.forms import in_words

Pair = tuple[str, str]


@dataclass(frozen=True)
class Parts:
    """
    The few values with which an order begins: years of sessions, with a date and without.

    ``key`` names the value of a row, ``order`` puts the values in order. A page is then sought in
    its own part, which an index reads in order, and not in the whole list, which would have to be
    sorted whole. Rows whose value is in ``plain`` have no other order among them than their key.
    """

    key: str
    order: Sequence[str | BaseExpression]
    plain: frozenset[Any] = frozenset()


@dataclass(frozen=True)
class Counted:
    """
    A list of which a filter knows the parts, because it counted them when it found the rows.

    ``parts`` are the values of ``key`` with their numbers of rows, in the order of the heading
    that has parts by this key; ``inside`` returns the rows of some of them.
    """

    key: str
    parts: list[tuple[Any, int]]
    inside: Callable[[list[Any]], QuerySet[Any]]


@dataclass(frozen=True)
class Heading:
    """
    One column of a list: its label and, if people may sort by it, its key and what it sorts by.

    ``by`` is a field path or an expression; several make a compound order, within ``parts`` where
    there are any.
    """

    label: str
    key: str = ""
    by: str | BaseExpression | Sequence[str | BaseExpression] = ()
    numeric: bool = False
    classname: str = ""
    parts: Parts | None = None


class SortedColumn(NamedTuple):
    """A heading as the table component takes it."""

    label: str
    url: str
    sorted: str
    numeric: bool
    classname: str


class Chip(NamedTuple):
    """A filter that is set: its label, its value in words, and the address without it."""

    label: str
    text: str
    url: str


@dataclass
class Listing:
    """A page of a list with all that its template shows; made by ``make_listing``."""

    page: Page
    filterset: FilterSet
    headings: Sequence[Heading]
    sort: str
    default_sort: str
    state: list[Pair] = field(default_factory=list)
    problem: str = ""

    @property
    def rows(self) -> Sequence[Any]:
        """The rows of this page."""
        return self.page.object_list

    @property
    def total(self) -> int:
        """How many rows all pages have together."""
        return self.page.paginator.count

    @property
    def form(self) -> Form:
        """The form of the filters."""
        return self.filterset.form

    @property
    def columns(self) -> list[SortedColumn]:
        """The headings for the table component: label, address to sort by it, aria-sort."""
        return [
            SortedColumn(
                label=heading.label,
                url=self._sort_url(heading.key) if heading.key else "",
                sorted=self._aria_sort(heading.key) if heading.key else "",
                numeric=heading.numeric,
                classname=heading.classname,
            )
            for heading in self.headings
        ]

    @property
    def query(self) -> str:
        """The state without the page, ready to be followed by ``page=2``."""
        query = urlencode(self.state + self.kept)
        return f"{query}&" if query else ""

    @property
    def kept(self) -> list[Pair]:
        """What a filter form must carry along as hidden fields: the order, if it was chosen."""
        return [("sort", self.sort)] if self.sort != self.default_sort else []

    @property
    def clear_url(self) -> str:
        """The address with the order kept and no filter."""
        return f"?{urlencode(self.kept)}"

    @property
    def here(self) -> str:
        """The address of this very page, to come back to."""
        number = self.page.number
        return self.page_url(number) if number > 1 else f"?{urlencode(self.state + self.kept)}"

    @property
    def chips(self) -> list[Chip]:
        """The filters that are set, each with the address that takes it off."""
        if not self.filterset.is_valid():
            return []
        cleaned = self.form.cleaned_data
        fields = self.form.fields
        return [
            Chip(
                label=str(fields[name].label or name),
                text=in_words(fields[name], cleaned[name]),
                url=self._url_without(name),
            )
            for name in fields
            if cleaned.get(name) not in (None, "", [], ()) and self._is_set(name)
        ]

    @property
    def active(self) -> int:
        """How many filters are set."""
        return len(self.chips)

    def page_url(self, number: int) -> str:
        """Build the address of another page of this list."""
        return f"?{self.query}page={number}"

    def _sort_url(self, key: str) -> str:
        chosen = f"-{key}" if self.sort == key else key
        pairs = [*self.state, ("sort", chosen)] if chosen != self.default_sort else self.state
        return f"?{urlencode(pairs)}"

    def _aria_sort(self, key: str) -> str:
        return {key: "ascending", f"-{key}": "descending"}.get(self.sort, "")

    def _url_without(self, name: str) -> str:
        names = names_in_form(self.filterset, name)
        rest = [pair for pair in self.state if pair[0] not in names]
        return f"?{urlencode(rest + self.kept)}"

    def _is_set(self, name: str) -> bool:
        names = names_in_form(self.filterset, name)
        return any(key in names and value for key, value in self.state)


def names_in_form(filterset: FilterSet, name: str) -> set[str]:
    """Name the inputs of a filter: one, or with a range one for either end."""
    widget = filterset.form.fields[name].widget
    prefixed = filterset.form.add_prefix(name)
    suffixes = getattr(widget, "suffixes", None) or range(len(getattr(widget, "widgets", ())))
    return {prefixed, *(f"{prefixed}_{suffix}" for suffix in suffixes if suffix != "")}
