"""The case page, in the order in which people ask: what, where, what now, clocks, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, prefetch_related_objects

from accounts.models import SEATS, Membership
from assignment.people import proposers_read_once
from common import statements
from suggestions.contents import contents_read_once, rows_of
from suggestions.models import Deadline, StageEvent, Suggestion
from suggestions.models.deadline import WHO_EXTENDED
from suggestions.registry import BuiltPanel, OfferedAction, actions_for, panels_for
from suggestions.visibility import Seat, SuggestionQuerySet


@dataclass(frozen=True)
class CasePage:
    """All that the page of one case shows to one actor."""

    case: Suggestion
    actions: list[OfferedAction]
    running: list[Deadline]
    ended: list[Deadline]
    panels: list[BuiltPanel]
    events: list[StageEvent]


def case_for_page(actor: Membership, case_id: int) -> Suggestion | None:
    """Return a case, if it is visible, with all that the head of its page names."""
    found = statements.rows(_visible, case_id, fixed=(Seat.of(actor),))
    return found[0] if found else None


def _visible(seat: Seat, case_id: int) -> SuggestionQuerySet:
    cases = Suggestion.objects.visible_to(seat.actor).select_related(
        "congress", "session", "lead_deputy", "delegation", "category", "grade", "led_by", "origin"
    )
    return cases.filter(pk=case_id).order_by()


def case_page(actor: Membership, case: Suggestion, *, today: date) -> CasePage:
    """Return the page of a visible case."""
    with proposers_read_once(), contents_read_once(case, actor):
        return _page(actor, case, today=today)


def _page(actor: Membership, case: Suggestion, *, today: date) -> CasePage:
    clocks = rows_of(case, actor, _clocks)
    prefetch_related_objects(clocks, *WHO_EXTENDED)
    events = rows_of(case, actor, _events)
    return CasePage(
        case=case,
        actions=actions_for(actor, case),
        running=[clock for clock in clocks if clock.is_open],
        ended=[clock for clock in clocks if not clock.is_open],
        panels=panels_for(actor, case, today=today),
        # Sorted here: Django takes longer to write ORDER BY beside a hundred columns.
        events=sorted(events, key=lambda event: (event.at, event.pk), reverse=True),
    )


def _clocks(actor: Membership, case_id: int) -> QuerySet[Deadline]:
    found = Deadline.objects.visible_to(actor).filter(suggestion=case_id)
    return found.select_related("holder_unit", "holder_deputy", "holder_office")


def _events(actor: Membership, case_id: int) -> QuerySet[StageEvent]:
    found = StageEvent.objects.visible_to(actor).filter(suggestion=case_id)
    return found.select_related("unit", "by__user", *(f"by__{seat}" for seat in SEATS)).order_by()
