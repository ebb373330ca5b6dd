"""What a membership was told, newest first."""

from __future__ import annotations

from django.core.paginator import Page, Paginator

from accounts.models import Membership
from notices.models import Alert

#: Alerts beside the inbox.
_LATEST = 8
_A_PAGE = 50


def latest(actor: Membership) -> list[Alert]:
    """Return the newest unread alerts."""
    return list(Alert.objects.filter(recipient=actor, read_at__isnull=True)[:_LATEST])


def page(actor: Membership, number: str) -> Page:
    """Return one page of all alerts; a number that is none gives the first."""
    alerts = Alert.objects.filter(recipient=actor).order_by("-at", "-pk")
    return Paginator(alerts, _A_PAGE).get_page(number)
