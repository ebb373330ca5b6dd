"""The case page, in the order in which people ask: what, where, what now, clocks, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.models import Membership
from assignment.people import proposers_read_once
from suggestions.contents import contents_read_once
from suggestions.models import Deadline, StageEvent, Suggestion
from suggestions.registry import BuiltPanel, OfferedAction, actions_for, panels_for
from suggestions.visibility import SuggestionQuerySet


@dataclass(frozen=True)
class CasePage:
    """All that the page of one case shows to one actor."""

    case: Suggestion
    actions: list[OfferedAction]
    running: list[Deadline]
    ended: list[Deadline]
    panels: list[BuiltPanel]
    events: list[StageEvent]


def cases_for_page(actor: Membership) -> SuggestionQuerySet:
    """Return the visible cases with all that the head of the page names."""
    return Suggestion.objects.visible_to(actor).select_related(
        "congress", "session", "lead_deputy", "delegation", "category", "grade", "led_by", "origin"
    )


def case_page(actor: Membership, case: Suggestion, *, today: date) -> CasePage:
    """Return the page of a visible case."""
    with proposers_read_once(), contents_read_once(case, actor):
        return _page(actor, case, today=today)


def _page(actor: Membership, case: Suggestion, *, today: date) -> CasePage:
    clocks = list(
        Deadline.objects.visible_to(actor)
        .filter(suggestion=case)
        .select_related("holder_unit", "holder_deputy", "holder_office")
        .with_reasons()
    )
    events = (
        StageEvent.objects.visible_to(actor)
        .filter(suggestion=case)
        .select_related(
            "unit",
            "by__user",
            "by__deputy",
            "by__unit",
            "by__office",
            "by__committee",
            "by__delegation",
            "by__official",
        )
        .order_by()
    )
    return CasePage(
        case=case,
        actions=actions_for(actor, case),
        running=[clock for clock in clocks if clock.is_open],
        ended=[clock for clock in clocks if not clock.is_open],
        panels=panels_for(actor, case, today=today),
        # Sorted here: Django takes longer to write ORDER BY beside a hundred columns.
        events=sorted(events, key=lambda event: (event.at, event.pk), reverse=True),
    )
