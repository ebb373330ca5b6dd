"""The clocks that hang on a receipt and on a referral: which ones, from which day."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from assignment.models import Assignment
from congress.models import Office
from congress.profile import Start, rules_for
from suggestions import deadlines
from suggestions.models import Deadline, Suggestion

Kind = Deadline.Kind
#: What a unit owes because it holds a receipt; its promises and what others owe are not of them.
OF_A_RECEIPT = [
    Kind.SIGN,
    Kind.RETURN_WINDOW,
    Kind.CONTACT,
    Kind.REPLY,
    Kind.OPINION,
    Kind.OPINION_REDO,
]


def start_for(assignment: Assignment, *, at: datetime, batch_date: date | None = None) -> None:
    """
    Start the clocks of a fresh receipt.

    A rule counts from 交办之日 or from 收到之日; a unit has received what the platform delivered,
    so signing late wins nobody a day.
    """
    case = assignment.suggestion
    handed_over = assignment.assigned_on or timezone.localdate(at)
    received = max(handed_over, timezone.localdate(at))
    rules = rules_for(case.congress, on=handed_over)

    def start(kind: Kind, clock: str, **options: object) -> Deadline:
        by_receipt = rules.clock(clock).start == Start.RECEIVED
        day = received if by_receipt else handed_over
        return deadlines.start(
            kind, clock=clock, holder=assignment.unit, starts_on=day, case=case, **options
        )

    assignment.sign_deadline = start(Kind.SIGN, "sign")
    assignment.return_deadline = start(Kind.RETURN_WINDOW, "return_window", is_duty=False)
    if assignment.answers:
        assignment.contact_deadline = start(Kind.CONTACT, "first_contact")
        assignment.answer_deadline = start(
            Kind.REPLY, _reply_clock(assignment), batch_date=batch_date
        )
    else:
        assignment.answer_deadline = start(Kind.OPINION, "coopinion", batch_date=batch_date)
    assignment.save(
        update_fields=["sign_deadline", "return_deadline", "contact_deadline", "answer_deadline"]
    )


def _reply_clock(assignment: Assignment) -> str:
    if assignment.suggestion.round > 1:
        return "rehandle"
    return "reply_hard" if assignment.is_hard else "reply_normal"


def end_of(assignment: Assignment, *, why: str, at: datetime) -> None:
    """Stop what a unit owed for a receipt that is taken off it."""
    running = Deadline.objects.open().filter(
        suggestion_id=assignment.suggestion_id,
        holder_unit_id=assignment.unit_id,
        kind__in=OF_A_RECEIPT,
    )
    running.update(ended_at=at, ended_why=why[:60])


def meet_assigning(case: Suggestion, *, at: datetime) -> None:
    """Stop the clock of the office that had to assign the case (交办期限)."""
    deadlines.meet_all(case, Kind.ASSIGN, at=at)


def start_assigning(case: Suggestion, office: Office, *, at: datetime) -> None:
    """Give the office its days to assign anew what has come back to it (重新交办)."""
    if Deadline.objects.open().filter(suggestion=case, kind=Kind.ASSIGN).exists():
        return
    deadlines.start(
        Kind.ASSIGN,
        clock="intersession_assign",
        holder=office,
        starts_on=timezone.localdate(at),
        case=case,
    )
