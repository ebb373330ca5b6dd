"""The deputies of a case."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Membership
from congress.models import Delegation, Deputy
from suggestions.models import CoSigner, Suggestion

MOST_FOUND = 40


def deputies_of(case: Suggestion) -> QuerySet[Deputy]:
    """
    Find everyone a reply to the case is owed to: lead, confirmed co-signers, and the same of
    the cases merged into it (并案; 重庆2018第二十三条: each deputy is answered).
    """
    cases = Suggestion.objects.filter(Q(pk=case.pk) | Q(merged_into_id=case.pk))
    signed = CoSigner.objects.filter(suggestion__in=cases, state=CoSigner.State.CONFIRMED)
    return (
        Deputy.objects.filter(
            Q(pk__in=cases.values("lead_deputy_id")) | Q(pk__in=signed.values("deputy_id"))
        )
        .select_related("delegation")
        .order_by("delegation__order", "pk")
    )


def cases_proposed_by(actor: Membership) -> QuerySet[Suggestion]:
    """
    Find the cases that the person behind a seat proposed as a deputy, in whatever term (回避).

    The counterpart of ``deputies_of``: a case that another one of theirs was merged into is theirs.
    """
    seats = Membership.objects.filter(user_id=actor.user_id, deputy_id__isnull=False)
    # Asked apart: nearly nobody in an office has such a seat, and then there is nothing to join.
    deputies = list(seats.values_list("deputy_id", flat=True))
    if not deputies:
        return Suggestion.objects.none()
    signed = CoSigner.objects.filter(deputy__in=deputies, state=CoSigner.State.CONFIRMED)
    own = Suggestion.objects.filter(
        Q(lead_deputy__in=deputies) | Q(pk__in=signed.values("suggestion_id"))
    )
    merged = own.filter(merged_into_id__isnull=False).values("merged_into_id")
    return Suggestion.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=merged))


def first_review_group(case: Suggestion) -> Delegation:
    """Find who checks a case first: the delegation, or between sessions the contact group."""
    lead = case.lead_deputy
    between = case.filing == Suggestion.Filing.BETWEEN_SESSIONS
    if between and lead is not None and lead.contact_group is not None:
        return lead.contact_group
    return case.delegation


def deputies_to_invite(case: Suggestion, *, query: str = "") -> list[Deputy]:
    """Find deputies of the same term who could co-sign, by name or delegation."""
    lead = case.lead_deputy
    if lead is None:
        return []
    asked = case.cosigners.values("deputy_id")
    found = (
        Deputy.objects.filter(term_id=lead.term_id, is_active=True)
        .exclude(pk=lead.pk)
        .exclude(pk__in=asked)
        .select_related("delegation")
        .order_by("delegation__order", "name", "pk")
    )
    for word in query.split():
        found = found.filter(Q(name__icontains=word) | Q(delegation__name__icontains=word))
    return list(found[:MOST_FOUND])


def people_line(case: Suggestion, cosigner_count: int) -> str:
    """Write who proposes a case as its header shows it: 领衔代表 王建国 等 11 人."""
    if case.lead_deputy is None:
        return f"{case.delegation}提出"
    if not cosigner_count:
        return f"代表 {case.lead_deputy}（{case.delegation}）"
    return f"领衔代表 {case.lead_deputy}（{case.delegation}）等 {cosigner_count + 1} 人"
