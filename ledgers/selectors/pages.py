"""What the pages of figures show: the list behind a number, and the systems one may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet

from accounts.models import Membership, Role
from assignment.models import Assignment
from congress.models import System
from handling.models import Promise
from ledgers.drill import rows_behind
from ledgers.facts import Scope
from suggestions.models import Suggestion


def systems_of(actor: Membership) -> QuerySet[System] | None:
    """Return the systems to which a reader of figures is confined; None for no confinement."""
    if actor.role != Role.SYSTEM_OFFICE:
        return None
    return System.objects.filter(office_id=actor.office_id).order_by("order", "pk")


@dataclass(frozen=True)
class FigureList:
    """A page of the list behind a figure; ``kind`` says which columns it has."""

    kind: str
    page: Page

    @property
    def columns(self) -> list[dict[str, Any]]:
        """Return the headings of the list, for the table component."""
        return heads(*_COLUMNS[self.kind], numeric=("件次",))


_FIGURE_PAGE = 50
_COLUMNS = {
    "cases": ("编号", "标题", "领衔代表", "类别", "阶段"),
    "receipts": ("编号", "标题", "承办单位", "承办角色"),
    "promises": ("编号", "承诺内容", "承办单位", "完成时限", "销号日期"),
    "units": ("承办单位", "归口系统", "件次"),
}
_KINDS: dict[type, str] = {Suggestion: "cases", Assignment: "receipts", Promise: "promises"}


def figure_list(scope: Scope, path: str, actor: Membership, page: str) -> FigureList:
    """
    Return a page of the rows behind a figure, of the cases that the actor may see.

    :raises NoSuchFigure: if no figure has this path.
    """
    rows = rows_behind(scope, path)
    visible = Suggestion.objects.visible_to(actor).values("pk")
    if path == "units":
        held = rows.filter(suggestion__in=visible)
        columns = ("unit__name", "unit__system__name")
        units = held.order_by().values(*columns).annotate(receipts=Count("pk"))
        found: Any = units.order_by("unit__system__order", "unit__name")
        return FigureList("units", Paginator(found, _FIGURE_PAGE).get_page(page))
    if rows.model is Suggestion:
        found = rows.filter(pk__in=visible).select_related("lead_deputy", "delegation", "category")
        found = found.order_by("-filing", F("number").asc(nulls_last=True), "pk")
    else:
        found = rows.filter(suggestion__in=visible).select_related("suggestion")
        unit = "unit" if rows.model is Assignment else "assignment__unit"
        found = found.select_related("suggestion", unit)
        found = found.order_by("-suggestion__filing", "suggestion__number", "suggestion", "pk")
    return FigureList(_KINDS[rows.model], Paginator(found, _FIGURE_PAGE).get_page(page))


def heads(*labels: str, numeric: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Give labels the shape that the table component takes."""
    return [{"label": label, "numeric": label in numeric} for label in labels]
