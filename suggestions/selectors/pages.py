"""What the pages of 提出审核 show, one function for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, When

from accounts.models import Membership, Role
from congress.models import Delegation, Deputy
from suggestions.contents import rows_of_all
from suggestions.models import (
    Attachment,
    CoSigner,
    Deadline,
    OpenReview,
    Review,
    Suggestion,
    Withdrawal,
    WithdrawalConsent,
)
from suggestions.rules import WRITABLE
from suggestions.stages import ENDED, Stage

#: Suggestions of a deputy on a page; what is not filed yet stands above the first.
_A_PAGE = 20
#: Withdrawn before anybody had it: no list shows it.
THROWN_AWAY = Q(stage=Stage.WITHDRAWN, proposed_on__isnull=True)


def with_signers(cases: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    """Fetch what a row of a list shows: lead, delegation, how many have signed."""
    signed = (
        CoSigner.objects.filter(suggestion=OuterRef("pk"), state=CoSigner.State.CONFIRMED)
        .order_by()
        .values("suggestion")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return cases.select_related("lead_deputy", "delegation", "category", "session").annotate(
        signer_count=Subquery(signed)
    )


def led_or_signed(actor: Membership) -> QuerySet[Suggestion]:
    """Find a deputy's own and co-signed suggestions; two indexes give the keys, not a scan."""
    led = Suggestion.objects.filter(lead_deputy=actor.deputy).order_by().values("pk")
    signed = CoSigner.objects.filter(deputy=actor.deputy, state=CoSigner.State.CONFIRMED)
    keys = led.union(signed.order_by().values("suggestion_id"))
    return Suggestion.objects.visible_to(actor).filter(pk__in=keys).exclude(THROWN_AWAY)


def own_suggestions(actor: Membership) -> QuerySet[Suggestion]:
    """List a deputy's own and co-signed suggestions, newest first, with the next open day."""
    return (
        with_signers(led_or_signed(actor))
        .select_related("merged_into")
        .annotate(
            next_due=Subquery(
                Deadline.objects.open()
                .duties()
                .filter(suggestion=OuterRef("pk"))
                .order_by()
                .values("suggestion")
                .annotate(day=Min("due_on"))
                .values("day")
            )
        )
        .order_by("-saved_at", "-pk")
    )


def own_filed(actor: Membership, number: str) -> Page[Any]:
    """Return a page of what a deputy has filed or signed: first what runs, then what is over."""
    is_over = Case(When(stage__in=ENDED, then=True), default=False)
    filed = led_or_signed(actor).exclude(stage__in=WRITABLE).annotate(is_over=is_over)
    keys = filed.order_by("is_over", "-saved_at", "-pk").values_list("pk", flat=True)
    page = Paginator(keys, _A_PAGE).get_page(number)
    # The keys first: with all that a row shows, the database would begin from the whole archive.
    found = own_suggestions(actor).annotate(is_over=is_over).in_bulk(list(page.object_list))
    page.object_list = [found[key] for key in page.object_list if key in found]
    return page


def own_unfiled(actor: Membership) -> list[Suggestion]:
    """List what a deputy writes, has back, or has signed before it was filed."""
    return list(own_suggestions(actor).filter(stage__in=WRITABLE))


def drafts_entered_by(actor: Membership) -> QuerySet[Suggestion]:
    """List the drafts that the actor is writing down for others (代录)."""
    mine = Suggestion.objects.visible_to(actor).filter(stage=Stage.DRAFT, entered_by=actor)
    return with_signers(mine).order_by("-saved_at", "-pk")


def invitations(actor: Membership) -> QuerySet[CoSigner]:
    """List the invitations to co-sign that wait for a deputy, oldest first."""
    return (
        CoSigner.objects.filter(
            deputy=actor.deputy,
            state=CoSigner.State.INVITED,
            suggestion__stage__in=[Stage.DRAFT, Stage.SENT_BACK],
        )
        .select_related("suggestion__lead_deputy", "suggestion__delegation")
        .order_by("invited_at", "pk")
    )


def consents_waiting(actor: Membership) -> QuerySet[WithdrawalConsent]:
    """List the withdrawals that wait for a co-signer's word."""
    return (
        WithdrawalConsent.objects.filter(
            cosigner__deputy=actor.deputy, state="waiting", withdrawal__state="waiting"
        )
        .select_related("withdrawal__suggestion__lead_deputy")
        .order_by("pk")
    )


def first_review_queue(actor: Membership) -> QuerySet[Suggestion]:
    """List what the actor's delegation or contact group has to check, oldest first (初审)."""
    cases = Suggestion.objects.visible_to(actor).filter(stage=Stage.DELEGATION_REVIEW)
    if actor.role == Role.DEPUTY:
        between = Q(filing=Suggestion.Filing.BETWEEN_SESSIONS)
        grouped = between & Q(lead_deputy__contact_group__isnull=False)
        by_group = grouped & Q(lead_deputy__contact_group__head=actor.deputy)
        signed = CoSigner.objects.filter(deputy=actor.deputy).values("suggestion_id")
        cases = (
            cases.filter(by_group | ~grouped & Q(delegation__head=actor.deputy))
            .exclude(lead_deputy=actor.deputy)
            .exclude(pk__in=signed)
        )
    return with_signers(cases).order_by("proposed_on", "pk")


def review_queue(actor: Membership) -> QuerySet[Suggestion]:
    """Find what waits for the review of the congress, with its last day (工委审核)."""
    cases = Suggestion.objects.visible_to(actor).filter(stage=Stage.COMMITTEE_REVIEW)
    running = Deadline.objects.open().filter(suggestion=OuterRef("pk"), kind=Deadline.Kind.REVIEW)
    return cases.annotate(due_on=Subquery(running.values("due_on")[:1]))


def review_rows(cases: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    """Fetch what a row of the review queue shows, and who has it open."""
    opened = Prefetch("open_review", OpenReview.objects.select_related("by__user"))
    return with_signers(cases).prefetch_related(opened)


def delegation_suggestions(actor: Membership) -> QuerySet[Suggestion]:
    """Find what a delegation or contact group has filed in the current session."""
    return Suggestion.objects.visible_to(actor).filter(session__is_current=True)


def deputies_for_proxy(actor: Membership) -> QuerySet[Deputy]:
    """List the deputies for whom the actor may write down a suggestion (代录)."""
    deputies = Deputy.objects.filter(
        congress=actor.congress, is_active=True, term__sessions__is_current=True
    )
    if actor.role == Role.DELEGATION_SECRETARY:
        deputies = deputies.filter(
            Q(delegation=actor.delegation) | Q(contact_group=actor.delegation)
        )
    return deputies.select_related("delegation").order_by("delegation__order", "name", "pk")


def may_propose_for_delegation(actor: Membership) -> bool:
    """Test if the actor writes for a delegation that may itself propose."""
    delegation = actor.delegation
    return delegation is not None and delegation.kind == Delegation.Kind.DELEGATION


def search(cases: QuerySet[Suggestion], query: str) -> QuerySet[Suggestion]:
    """Keep the cases whose title, lead deputy or delegation holds each word."""
    for word in query.split():
        cases = cases.filter(
            Q(title__icontains=word)
            | Q(lead_deputy__name__icontains=word)
            | Q(delegation__name__icontains=word)
        )
    return cases


def signers_of(case: Suggestion) -> list[CoSigner]:
    """List the co-signers of a case in the order they were asked."""
    return rows_of_all(case, _signers)


def _signers(case_id: int) -> QuerySet[CoSigner]:
    asked = CoSigner.objects.filter(suggestion=case_id)
    return asked.select_related("deputy__delegation", "scan").order_by("pk")


def papers_of(case: Suggestion, actor: Membership, *purposes: str) -> list[Attachment]:
    """List the files of some purposes that the actor may read."""
    return list(
        Attachment.objects.visible_to(actor)
        .filter(suggestion=case, purpose__in=purposes)
        .order_by("pk")
    )


def reviews_of(case: Suggestion) -> list[Review]:
    """List the opinions of the reviews, newest first."""
    return rows_of_all(case, _reviews)


def _reviews(case_id: int) -> QuerySet[Review]:
    given = Review.objects.filter(suggestion=case_id)
    return given.select_related("by__user").order_by("-at", "-pk")


def open_withdrawal(case: Suggestion) -> Withdrawal | None:
    """Return the request to withdraw that waits, with what each co-signer has said."""
    consents = WithdrawalConsent.objects.select_related("cosigner__deputy")
    return (
        case.withdrawals.filter(state="waiting")
        .prefetch_related(Prefetch("consents", consents))
        .first()
    )


@dataclass(frozen=True)
class Alike:
    """A suggestion that resembles another one (疑似重复), with how much."""

    case: Suggestion
    score: float
    #: Whether the reader may open it; a deputy is told of published ones besides.
    is_open: bool = True

    @property
    def percent(self) -> int:
        """Write the likeness in hundredths."""
        return round(self.score * 100)


def merge_targets(case: Suggestion, actor: Membership, *, query: str = "") -> QuerySet[Suggestion]:
    """Find numbered cases of the congress that can still take another in."""
    cases = (
        Suggestion.objects.visible_to(actor)
        .filter(congress_id=case.congress_id, stage__in=[Stage.REGISTERED, Stage.HANDLING])
        .exclude(pk=case.pk)
        .select_related("lead_deputy", "delegation")
    )
    for word in query.split():
        cases = cases.filter(Q(title__icontains=word) | Q(number_text__icontains=word))
    return cases.order_by("-pk")
