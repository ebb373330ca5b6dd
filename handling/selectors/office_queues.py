"""What waits for 代表工委 and the offices of systems, one query a queue."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import Membership
from assignment.models import Assignment
from common.among import among
from handling.models import (
    Consultation,
    Delivery,
    ExtensionRequest,
    Promise,
    Reply,
    Talk,
)
from handling.rules.seats import IN_HANDLING
from handling.selectors.queues import open_consultations
from suggestions.models import Deadline


def attempts_to_confirm(actor: Membership) -> QuerySet[Talk]:
    """Find the attempts that 代表工委 has not checked (核实未联系上)."""
    attempts = Talk.objects.filter(
        assignment__congress_id=actor.congress_id,
        assignment__suggestion__stage__in=IN_HANDLING,
        state=Talk.State.ATTEMPT,
    )
    return attempts.annotate(
        task_case=F("assignment__suggestion_id"),
        task_target=F("pk"),
        task_due=F("assignment__contact_deadline__due_on"),
    )


def consultations_expired(actor: Membership, *, on: date) -> QuerySet[Consultation]:
    """Find the preliminary replies on which a deputy said nothing in time (期满未提意见)."""
    late = Deadline.objects.open().filter(kind=Deadline.Kind.CONSULT, due_on__lt=on)
    return open_consultations().filter(
        among("deadline", late.values("pk")), reply__assignment__congress_id=actor.congress_id
    )


def views_on_paper(actor: Membership) -> QuerySet[Consultation]:
    """Find the open questions to deputies who work on paper (代录意见)."""
    return open_consultations().filter(
        reply__assignment__congress_id=actor.congress_id, deputy__works_on_paper=True
    )


def disagreements(actor: Membership) -> QuerySet[Consultation]:
    """Find the last words 不认同 on replies not sent out since (协调)."""
    later = Consultation.objects.filter(reply=OuterRef("reply"), pk__gt=OuterRef("pk"))
    standing = Consultation.objects.filter(
        ~Exists(later),
        view=Consultation.View.DISAGREE,
        reply__state=Reply.State.DRAFTING,
        reply__assignment__state=Assignment.State.ACCEPTED,
        reply__assignment__suggestion__stage__in=IN_HANDLING,
        reply__assignment__congress_id=actor.congress_id,
    )
    return standing.annotate(
        task_case=F("reply__assignment__suggestion_id"),
        task_target=F("pk"),
        task_due=F("reply__assignment__answer_deadline__due_on"),
    )


def _undecided_requests() -> QuerySet[ExtensionRequest]:
    waiting = ExtensionRequest.objects.undecided().filter(
        assignment__state=Assignment.State.ACCEPTED, assignment__suggestion__stage__in=IN_HANDLING
    )
    return waiting.annotate(
        task_case=F("assignment__suggestion_id"),
        task_target=F("pk"),
        task_due=F("assignment__answer_deadline__due_on"),
    )


def extensions_to_decide(actor: Membership) -> QuerySet[ExtensionRequest]:
    """Find the requests for a later day in the actor's congress (决定延期)."""
    return _undecided_requests().filter(assignment__congress_id=actor.congress_id)


def extensions_to_comment(actor: Membership) -> QuerySet[ExtensionRequest]:
    """Find the requests on which the actor's office has not said anything (延期意见)."""
    return _undecided_requests().filter(
        assignment__unit__system__office_id=actor.office_id, office_view=""
    )


def clearances_to_decide(actor: Membership) -> QuerySet[Promise]:
    """Find the promises reported as kept (核定销号)."""
    claimed = Promise.objects.filter(congress_id=actor.congress_id, state=Promise.State.CLAIMED)
    return claimed.annotate(
        task_case=F("suggestion_id"),
        task_target=F("pk"),
        task_due=Coalesce(F("clearance_deadline__due_on"), F("due_on")),
    )


def receipts_to_record(actor: Membership) -> QuerySet[Delivery]:
    """Find the replies on paper whose day of receipt is not entered (登记收到日期)."""
    under_way = Delivery.objects.filter(
        reply__assignment__congress_id=actor.congress_id, on_paper=True, received_on__isnull=True
    )
    return under_way.annotate(
        task_case=F("reply__assignment__suggestion_id"),
        task_target=F("pk"),
        task_due=F("reply__issued_on"),
    )
