"""
Which units could handle a case, best first, each with the reasons in words (承办单位推荐).

Advice from what happened before: the deputy's wish, units that handled suggestions with a like
title, the category's history, and what a unit has on its desk now. Nobody is assigned by it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Count

from assignment.models import Assignment
from assignment.selectors.units import assignable_units
from congress.models import Unit
from suggestions.models import Suggestion

#: Titles below this likeness have nothing to do with each other; measured on real titles.
LIKE = 0.25
MOST_LIKE = 30
SHOWN = 5
# Weights: a wish says the most, a like title more than a mere category, load only breaks ties.
WISH, TITLE, CATEGORY, LOAD = 5.0, 4.0, 1.0, 0.02


@dataclass
class RankedUnit:
    """A unit that could handle the case, and why (推荐单位)."""

    unit: Unit
    score: float = 0.0
    reasons: list[str] = field(default_factory=list)


def ranked_units(case: Suggestion, *, among: list[Unit] | None = None) -> list[RankedUnit]:
    """Rank the units of the congress, or some of them, for a case that is to be assigned."""
    units = {unit.pk: unit for unit in (among or assignable_units(case.congress))}
    ranked: dict[int, RankedUnit] = {}

    def add(unit_id: int, score: float, reason: str) -> None:
        if unit_id in units:
            row = ranked.setdefault(unit_id, RankedUnit(units[unit_id]))
            row.score += score
            row.reasons.append(reason)

    for unit_id in case.wished_units.values_list("pk", flat=True):
        add(unit_id, WISH, "代表希望由其承办")
    for unit_id, found in _of_like_titles(case).items():
        best_title = max(found)[1]
        add(unit_id, TITLE * _up_to_two(found), f"承办过相似建议{len(found)}件，如《{best_title}》")
    total = sum((history := _of_category(case)).values())
    for unit_id, count in history.items():
        add(unit_id, CATEGORY * count / total, f"承办过同类别建议{count}件")
    for unit_id, count in _load([*ranked]).items():
        add(unit_id, -LOAD * count, f"现有在办{count}件")
    return sorted(ranked.values(), key=lambda row: (-row.score, row.unit.pk))[:SHOWN]


def _up_to_two(found: list[tuple[float, str]]) -> float:
    return min(sum(likeness for likeness, _ in found), 2.0)


def _of_like_titles(case: Suggestion) -> dict[int, list[tuple[float, str]]]:
    """Find who answered suggestions with a like title: unit → (likeness, title)."""
    alike = (
        Suggestion.objects.filter(congress_id=case.congress_id)
        .exclude(pk=case.pk)
        .annotate(likeness=TrigramSimilarity("title", case.title))
        .filter(likeness__gte=LIKE)
        .order_by("-likeness", "pk")
        .values_list("pk", "likeness", "title")[:MOST_LIKE]
    )
    by_case = {pk: (likeness, title) for pk, likeness, title in alike}
    receipts = Assignment.objects.filter(suggestion__in=by_case).live().answering()
    found = defaultdict(list)
    for suggestion_id, unit_id in receipts.values_list("suggestion_id", "unit_id"):
        found[unit_id].append(by_case[suggestion_id])
    return found


def _of_category(case: Suggestion) -> Counter[int]:
    if case.category_id is None:
        return Counter()
    receipts = (
        Assignment.objects.filter(
            congress_id=case.congress_id, suggestion__category_id=case.category_id
        )
        .live()
        .answering()
    )
    rows = receipts.values("unit_id").annotate(count=Count("pk")).order_by("-count")[:10]
    return Counter({row["unit_id"]: row["count"] for row in rows})


def _load(unit_ids: list[int]) -> dict[int, int]:
    in_hand = Assignment.objects.filter(
        unit_id__in=unit_ids, state__in=[Assignment.State.OFFERED, Assignment.State.ACCEPTED]
    )
    rows = in_hand.values("unit_id").annotate(count=Count("pk")).order_by()
    return {row["unit_id"]: row["count"] for row in rows}
