"""What waits for somebody, one query a queue, with the columns that the inbox asks for."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Membership, Role
from assignment.models import Assignment
from assignment.models.assignment import AssignmentQuerySet
from handling.models import (
    Consultation,
    Opinion,
    Promise,
    Reply,
    Talk,
)
from handling.rules.seats import IN_HANDLING, WHILE_OWED


def _in_hand(actor: Membership) -> AssignmentQuerySet:
    """Find the receipts that the actor's unit works on; a clerk those of nobody else."""
    own = Assignment.objects.filter(
        unit_id=actor.unit_id, state=Assignment.State.ACCEPTED, suggestion__stage__in=IN_HANDLING
    )
    if actor.role == Role.CLERK:
        own = own.filter(Q(clerk__isnull=True) | Q(clerk_id=actor.pk))
    return own


def _replies(actor: Membership, *states: Reply.State) -> QuerySet[Reply]:
    in_hand = Reply.objects.filter(
        assignment__unit_id=actor.unit_id,
        assignment__state=Assignment.State.ACCEPTED,
        assignment__suggestion__stage__in=IN_HANDLING,
        round=F("assignment__suggestion__round"),
        state__in=states,
    )
    return in_hand.annotate(
        task_case=F("assignment__suggestion_id"),
        task_target=F("pk"),
        task_due=F("assignment__answer_deadline__due_on"),
    )


def to_contact(actor: Membership) -> QuerySet[Assignment]:
    """Find the receipts whose first talk is still owed (首次沟通)."""
    talked = Talk.objects.filter(assignment=OuterRef("pk"), round=OuterRef("suggestion__round"))
    return (
        _in_hand(actor)
        .answering()
        .filter(~Exists(talked), contact_deadline__met_at=None, contact_deadline__ended_at=None)
        .annotate(
            task_case=F("suggestion_id"),
            task_target=F("pk"),
            task_due=F("contact_deadline__due_on"),
        )
    )


def to_draft(actor: Membership) -> QuerySet[Assignment]:
    """Find the receipts whose reply is not written yet (拟写答复)."""
    written = Reply.objects.filter(
        assignment=OuterRef("pk"), round=OuterRef("suggestion__round")
    ).exclude(state=Reply.State.DRAFTING)
    return (
        _in_hand(actor)
        .answering()
        .filter(~Exists(written))
        .annotate(
            task_case=F("suggestion_id"), task_target=F("pk"), task_due=F("answer_deadline__due_on")
        )
    )


def opinions_to_give(actor: Membership) -> QuerySet[Assignment]:
    """Find the receipts on which the lead unit waits for an opinion (提交协办意见)."""
    given = Opinion.objects.standing().filter(
        assignment=OuterRef("pk"), round=OuterRef("suggestion__round")
    )
    own = Assignment.objects.filter(
        unit_id=actor.unit_id,
        role=Assignment.Role.SUPPORT,
        state=Assignment.State.ACCEPTED,
        suggestion__stage__in=WHILE_OWED,
    )
    return own.filter(~Exists(given)).annotate(
        task_case=F("suggestion_id"), task_target=F("pk"), task_due=F("answer_deadline__due_on")
    )


def to_check(actor: Membership) -> QuerySet[Reply]:
    """Find the drafts that wait for the unit's head (核稿)."""
    return _replies(actor, Reply.State.CHECKING)


def to_issue(actor: Membership) -> QuerySet[Reply]:
    """Find the replies that the deputy has seen and that wait for signature (签发)."""
    ready = _replies(actor, Reply.State.SIGNING)
    if actor.role == Role.UNIT_HEAD:
        return ready
    return ready.filter(assignment__unit__signs_inside=False)


def promises_to_keep(actor: Membership) -> QuerySet[Promise]:
    """Find the promises that bind the actor's unit (承诺落实)."""
    own = Promise.objects.filter(
        assignment__unit_id=actor.unit_id,
        state=Promise.State.OPEN,
        suggestion__stage__in=WHILE_OWED,
    )
    return own.annotate(task_case=F("suggestion_id"), task_target=F("pk"), task_due=F("due_on"))


def _speaks(actor: Membership, *, deputy: str, case: str) -> Q:
    """Say which rows ask something of a deputy, or of the secretary of a delegation that filed."""
    if actor.role == Role.DEPUTY:
        return Q(**{deputy: actor.deputy_id})
    return Q(
        **{f"{case}__lead_deputy__isnull": True, f"{case}__delegation_id": actor.delegation_id}
    )


def talks_to_confirm(actor: Membership) -> QuerySet[Talk]:
    """Find the talks that units say they had with this deputy (确认沟通)."""
    own = _speaks(actor, deputy="deputy_id", case="assignment__suggestion")
    return Talk.objects.filter(own, state=Talk.State.RECORDED).annotate(
        task_case=F("assignment__suggestion_id"),
        task_target=F("pk"),
        task_due=F("assignment__contact_deadline__due_on"),
    )


def open_consultations() -> QuerySet[Consultation]:
    """Find the preliminary replies a deputy is still asked about."""
    waiting = Consultation.objects.open().filter(
        reply__state=Reply.State.CONSULTING,
        reply__assignment__state=Assignment.State.ACCEPTED,
        reply__assignment__suggestion__stage__in=IN_HANDLING,
    )
    return waiting.annotate(
        task_case=F("reply__assignment__suggestion_id"),
        task_target=F("pk"),
        task_due=F("deadline__due_on"),
    )


def views_to_give(actor: Membership) -> QuerySet[Consultation]:
    """Find the preliminary replies this deputy is asked about (初步答复)."""
    own = _speaks(actor, deputy="deputy_id", case="reply__assignment__suggestion")
    return open_consultations().filter(own)


def promises_to_rate(actor: Membership) -> QuerySet[Promise]:
    """Find the kept promises this deputy is asked to judge (落实评价)."""
    own = _speaks(actor, deputy="fulfilment_deadline__holder_deputy_id", case="suggestion")
    cleared = Promise.objects.filter(
        own, state=Promise.State.CLEARED, fulfilment="", fulfilment_deadline__isnull=False
    )
    return cleared.annotate(
        task_case=F("suggestion_id"),
        task_target=F("pk"),
        task_due=F("fulfilment_deadline__due_on"),
    )
