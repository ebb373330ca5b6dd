"""What waits for somebody: to be assigned, passed on, decided, signed for, worked on."""

from __future__ import annotations

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from accounts.models import Membership, Role
from accounts.roles import STAFF_ROLES
from assignment.models import Assignment, Objection, Referral, ReturnRequest
from congress.models import Office
from suggestions.models import Deadline, Suggestion
from suggestions.stages import Stage
from suggestions.visibility import SuggestionQuerySet

State = Assignment.State


def _due_of_case(*kinds: str) -> Subquery:
    clocks = Deadline.objects.open().filter(suggestion=OuterRef("pk"), kind__in=kinds)
    return Subquery(clocks.order_by("due_on").values("due_on")[:1])


def cases_to_assign(actor: Membership) -> SuggestionQuerySet:
    """Find the registered cases that neither a unit nor an office has yet (待交办)."""
    with_an_office = Referral.objects.open().filter(suggestion=OuterRef("pk"))
    return Suggestion.objects.visible_to(actor).filter(
        ~Exists(with_an_office), stage=Stage.REGISTERED
    )


def to_assign(actor: Membership) -> SuggestionQuerySet:
    """Find the tasks of those who assign."""
    return cases_to_assign(actor).annotate(
        task_case=F("pk"), task_target=F("pk"), task_due=_due_of_case(Deadline.Kind.ASSIGN)
    )


def lacking_a_unit(actor: Membership) -> SuggestionQuerySet:
    """Find the cases in hand that no unit is left to answer (缺主办单位)."""
    answering = Assignment.objects.filter(suggestion=OuterRef("pk")).live().answering()
    with_an_office = Referral.objects.open().filter(suggestion=OuterRef("pk"))
    return (
        Suggestion.objects.visible_to(actor)
        .filter(
            ~Exists(answering),
            ~Exists(with_an_office),
            stage__in=[Stage.HANDLING, Stage.REHANDLING],
            is_imported=False,
        )
        .annotate(task_case=F("pk"), task_target=F("pk"), task_due=Cast(Value(None), DateField()))
    )


def referrals_of(actor: Membership) -> QuerySet[Referral]:
    """Find the cases passed to the actor's office that wait for its choice of units."""
    return Referral.objects.visible_to(actor).open().filter(office=actor.office)


def to_pass_on(actor: Membership) -> QuerySet[Referral]:
    """Find the tasks of a system's office."""
    return referrals_of(actor).annotate(
        task_case=F("suggestion_id"), task_target=F("pk"), task_due=F("deadline__due_on")
    )


def returns_to_decide(actor: Membership) -> QuerySet[ReturnRequest]:
    """Find the requests to be relieved that the actor's office decides."""
    requests = ReturnRequest.objects.visible_to(actor).undecided()
    requests = requests.filter(assignment__state=State.RETURNING)
    if actor.role in STAFF_ROLES:
        requests = requests.exclude(decider__kind=Office.Kind.SYSTEM_OFFICE)
    else:
        requests = requests.filter(decider_id=actor.office_id)
    return requests.annotate(
        task_case=F("assignment__suggestion_id"),
        task_target=F("pk"),
        task_due=F("deadline__due_on"),
    )


def receipts_of(actor: Membership) -> QuerySet[Assignment]:
    """Find what the actor's unit holds, or held before it was relieved of it."""
    return Assignment.objects.visible_to(actor).filter(unit=actor.unit)


def to_accept(actor: Membership) -> QuerySet[Assignment]:
    """Find the items that wait for the unit's signature (待签收)."""
    return (
        receipts_of(actor)
        .filter(state=State.OFFERED)
        .annotate(
            task_case=F("suggestion_id"), task_target=F("pk"), task_due=F("sign_deadline__due_on")
        )
    )


def with_nearest_clock(receipts: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Add the last day of the duty that comes first on each item (最近期限)."""
    return receipts.annotate(
        nearest_due=Subquery(_duties().order_by("due_on", "pk").values("due_on")[:1]),
        nearest_kind=Subquery(_duties().order_by("due_on", "pk").values("kind")[:1]),
    )


def listed_receipts(actor: Membership) -> QuerySet[Assignment]:
    """Find what a unit holds or held, with the nearest clock and whether there is one."""
    return with_nearest_clock(receipts_of(actor)).annotate(has_duty=Exists(_duties()))


def _duties() -> QuerySet[Deadline]:
    """Return the open duties of the outer receipt's unit on its case."""
    open_duties = Deadline.objects.open().duties()
    return open_duties.filter(suggestion=OuterRef("suggestion"), holder_unit=OuterRef("unit"))


def in_hand(actor: Membership) -> QuerySet[Assignment]:
    """Find what the unit works on, a clerk's own and what nobody has yet (在办件)."""
    held = with_nearest_clock(receipts_of(actor).filter(state__in=[State.ACCEPTED]))
    if actor.role == Role.CLERK:
        held = held.filter(Q(clerk=actor) | Q(clerk__isnull=True))
    return held.annotate(
        task_case=F("suggestion_id"), task_target=F("suggestion_id"), task_due=F("nearest_due")
    )


def objections_to_answer(actor: Membership) -> QuerySet[Objection]:
    """Find what deputies said against hand-overs and nobody has answered."""
    return (
        Objection.objects.visible_to(actor)
        .unanswered()
        .annotate(
            task_case=F("suggestion_id"),
            task_target=F("pk"),
            task_due=Cast(Value(None), DateField()),
        )
    )
