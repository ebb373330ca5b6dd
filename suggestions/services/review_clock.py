"""The clock of the review, and the office that owes it."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from congress.models import Office
from suggestions import deadlines
from suggestions.models import Deadline, Suggestion


def start_review_clock(case: Suggestion, *, at: datetime) -> None:
    """Let the office that reviews have its days from now (审核期限)."""
    deadlines.start(
        Deadline.Kind.REVIEW,
        clock="review",
        holder=reviewing_office(case),
        starts_on=timezone.localdate(at),
        case=case,
    )


def reviewing_office(case: Suggestion) -> Office:
    """Return the office that reviews a case: the secretariat's in session, else 代表工委."""
    kind = Office.Kind.WORKING_COMMITTEE
    if case.filing == Suggestion.Filing.IN_SESSION:
        kind = Office.Kind.SECRETARIAT
    return Office.objects.get(congress=case.congress, kind=kind)


def stop_review_clock(case: Suggestion, *, at: datetime) -> None:
    """Stop the clock because the review has decided."""
    deadlines.meet_all(case, Deadline.Kind.REVIEW, at=at)


def received_on(case: Suggestion, *, at: datetime) -> date:
    """Return the day on which the reviewing office received the case (收到之日)."""
    running = _running(case)
    return running[0].starts_on if running else timezone.localdate(at)


def _running(case: Suggestion) -> list[Deadline]:
    return list(Deadline.objects.open().filter(suggestion=case, kind=Deadline.Kind.REVIEW))
