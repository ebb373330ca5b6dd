"""Batches, what waits to be handed over, and the papers of a hand-over meeting."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.models import Membership, Role
from assignment.models import Assignment, Batch
from assignment.selectors.waiting import cases_to_assign, referrals_of
from common.list_page import Heading
from congress.models import Congress, Session, Unit
from congress.profile import rules_for
from suggestions.models import Deadline, Suggestion
from suggestions.visibility import SuggestionQuerySet

WAITING_HEADINGS = [
    Heading("编号", "number", by=["session", "filing", "number"]),
    Heading("标题", "title", by="title"),
    Heading("类别", "category", by=["category__order", "category"]),
    Heading("交办期限", "due", by="assign_due"),
]


def waiting_cases(actor: Membership) -> SuggestionQuerySet:
    """Find what the actor's office has to hand over: 待交办, or passed to a system's office."""
    if actor.role != Role.SYSTEM_OFFICE:
        found, kind = cases_to_assign(actor), Deadline.Kind.ASSIGN
    else:
        passed = referrals_of(actor).values("suggestion_id")
        found = Suggestion.objects.visible_to(actor).filter(pk__in=passed)
        kind = Deadline.Kind.REFERRAL
    clocks = Deadline.objects.open().filter(suggestion=OuterRef("pk"), kind=kind)
    return found.annotate(assign_due=Subquery(clocks.order_by("due_on").values("due_on")[:1]))


def as_waiting_rows(cases: SuggestionQuerySet) -> SuggestionQuerySet:
    """Add what a row and the pane show."""
    return cases.select_related(
        "congress", "session", "lead_deputy", "delegation", "category"
    ).prefetch_related("wished_units", "items")


def current_session(congress: Congress) -> Session | None:
    """Find the session whose suggestions are being handed over."""
    return Session.objects.filter(congress=congress, is_current=True).first()


def batches_of(actor: Membership) -> QuerySet[Batch]:
    """Find the batches of the actor's congress."""
    batches = Batch.objects.filter(congress_id=actor.congress_id)
    return batches.select_related("session", "congress")


def batches_with_counts(actor: Membership) -> QuerySet[Batch]:
    """Find the batches with the numbers of cases and receipts that went in each."""
    live = ~Q(assignments__state__in=[Assignment.State.REASSIGNED, Assignment.State.STOPPED])
    return batches_of(actor).annotate(
        cases=Count("assignments__suggestion", filter=live, distinct=True),
        receipts=Count("assignments", filter=live, distinct=True),
        signed=Count(
            "assignments",
            filter=live & Q(assignments__accepted_at__isnull=False),
            distinct=True,
        ),
    )


def batch_defaults(session: Session | None, today: date) -> dict[str, Any]:
    """Return what a new batch starts with: today, and the common date of the local rules."""
    if session is None:
        return {}
    month_day = rules_for(session.congress, on=today).batch_deadline
    common = month_day.in_year(today.year) if month_day else None
    return {
        "name": f"{session}建议交办",
        "handed_over_on": today,
        "answer_by": common if common and common > today else None,
    }


def units_of_batch(batch: Batch) -> list[Unit]:
    """List the units of a batch, each with its receipts (交办清单), for the meeting's papers."""
    receipts = (
        Assignment.objects.filter(batch=batch)
        .live()
        .select_related("suggestion__lead_deputy", "suggestion__delegation", "answer_deadline")
        .order_by("suggestion__filing", "suggestion__number", "pk")
    )
    units = Unit.objects.filter(pk__in=receipts.values("unit_id")).select_related("system")
    return list(
        units.order_by("system__order", "system", "order", "pk").prefetch_related(
            Prefetch("assignments", receipts, to_attr="receipts_of_batch")
        )
    )
