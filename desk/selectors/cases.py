"""The list of cases: what may be seen, and what a row shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.expressions import BaseExpression

from accounts.models import Membership
from assignment.models import Assignment
from common.listing import Heading, Parts
from ledgers.selectors.finding import Found, places
from suggestions.models import Deadline, Suggestion
from suggestions.stages import Stage

#: Sessions taken in from a ledger may not say when they opened: they are older than any that do.
_BY_SESSION: list[str | BaseExpression] = [F("session__opens_on").asc(nulls_first=True), "session"]


def _in_order_of(key: str, field: str) -> Parts:
    """Part a list by the row that a case names, in the order of one of its columns."""
    return Parts(key, [F(f"{key}__{field}").asc(), key])


HEADINGS = [
    Heading("编号", key="number", by=["-filing", "number"], parts=Parts("session", _BY_SESSION)),
    Heading("标题", key="title", by="title"),
    # Cases of one deputy or category stand in the order of their keys, as the index has them.
    Heading("领衔代表", key="deputy", parts=_in_order_of("lead_deputy", "name")),
    Heading("类别", key="category", parts=_in_order_of("category", "order")),
    Heading("承办单位"),
    Heading(
        "阶段",
        key="stage",
        by="stage",
        parts=Parts("stage", ["stage"], plain=frozenset(Stage.values)),
    ),
    Heading(
        "最近期限",
        key="due",
        by=F("nearest_due").asc(nulls_last=True),
        parts=Parts("has_duty", [F("has_duty").desc()], plain=frozenset({False})),
    ),
]


def listed_cases(actor: Membership) -> QuerySet:
    """Return the visible cases that were filed; other people's drafts are no list's business."""
    return (
        Suggestion.objects.visible_to(actor)
        .exclude(stage=Stage.DRAFT)
        .annotate(
            nearest_due=Subquery(_nearest(actor).values("due_on")[:1]),
            has_duty=Exists(_nearest(actor)),
        )
    )


def _nearest(actor: Membership) -> QuerySet:
    """Return the open duties of the outer case, the nearest first."""
    clocks = Deadline.objects.open().duties().filter(suggestion=OuterRef("pk"))
    if actor.unit_id:
        clocks = clocks.filter(holder_unit=actor.unit)
    return clocks.order_by("due_on", "pk")


#: What a row shows, and no more: long texts would be read and thrown away.
_SHOWN = (
    "number_text",
    "title",
    "filing",
    "stage",
    "round",
    "lead_deputy__name",
    "delegation__name",
    "category__label",
    "grade__label",
    "key_case__suggestion_id",
)


def case_rows(cases: QuerySet, actor: Membership) -> QuerySet:
    """Return the cases of one page with all that a row shows."""
    live = Assignment.objects.live().select_related("unit").order_by("role", "pk")
    live = live.only("suggestion_id", "role", "unit__name")
    return (
        cases.select_related("lead_deputy", "delegation", "category", "grade", "key_case")
        .only(*_SHOWN)
        .annotate(nearest_kind=Subquery(_nearest(actor).values("kind")[:1]))
        .prefetch_related(Prefetch("assignments", queryset=live, to_attr="live_assignments"))
    )


def tell_places(rows: Sequence[Any], found: Found | None, actor: Membership) -> None:
    """Tell each row of a page of finds where the words stand in it (``places``)."""
    if found is None or not rows:
        return
    told = places(rows, found.words, actor)
    for row in rows:
        row.places = told[row.pk]


def found_at_once(actor: Membership, words: str) -> Suggestion | None:
    """Return the one case whose number was typed, so that a search for it opens it."""
    number = words.strip()
    if not number:
        return None
    numbers = Suggestion.objects.visible_to(actor).filter(session__is_current=True)
    exact = numbers.filter(number_text=number)
    if number.isascii() and number.isdigit() and len(number) < 8:
        exact = numbers.filter(number=int(number), filing=Suggestion.Filing.IN_SESSION)
    found: list[Any] = list(exact[:2])
    return found[0] if len(found) == 1 else None
