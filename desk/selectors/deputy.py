"""What a deputy's first page shows."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Membership
from suggestions.selectors.pages import led_or_signed

_LATEST = 5


def latest_cases(actor: Membership) -> QuerySet:
    """Return the newest suggestions that the deputy leads or co-signed."""
    cases = led_or_signed(actor).select_related("lead_deputy", "delegation")
    return cases.order_by("-saved_at", "-pk")[:_LATEST]
