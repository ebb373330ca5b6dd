"""What a deputy's first page shows."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Membership
from suggestions.models import CoSigner, Suggestion
from suggestions.selectors.pages import THROWN_AWAY

_LATEST = 5


def latest_cases(actor: Membership) -> QuerySet:
    """Return the newest suggestions that the deputy leads or co-signed."""
    led = Suggestion.objects.filter(lead_deputy=actor.deputy).exclude(THROWN_AWAY)
    # Of what is led no more than can be shown: after some terms that is a small part of it.
    newest = led.order_by("-saved_at", "-pk").values("pk")[:_LATEST]
    signed = CoSigner.objects.filter(deputy=actor.deputy, state=CoSigner.State.CONFIRMED)
    keys = newest.union(signed.order_by().values("suggestion_id"))
    cases = Suggestion.objects.visible_to(actor).filter(pk__in=keys).exclude(THROWN_AWAY)
    return cases.select_related("lead_deputy", "delegation").order_by("-saved_at", "-pk")[:_LATEST]
