"""What the bar and the foot of a page know about the person who reads it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from congress.models import Congress
from congress.words import words_of


def person(request: HttpRequest) -> dict[str, Any]:
    """Give every page the seats to switch between, the local words, and whom to call."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"words": words_of(None), "help_phone": _phone_for_strangers(request)}
    return {
        "memberships": request.memberships if len(request.memberships) > 1 else [],
        "words": words_of(actor.congress),
        "congress_name": actor.congress.short_name,
        "help_phone": actor.congress.help_phone,
        "session_seconds": settings.SESSION_IDLE_SECONDS,
        "account_links": [{"url": reverse("me"), "label": "我的账号"}],
    }


def _phone_for_strangers(request: HttpRequest) -> str:
    """Find whom to call on the pages of the entrance; other public pages need no query for it."""
    match = request.resolver_match
    if match is None or match.url_name not in {"account_login", "sign_in_help", "mfa_authenticate"}:
        return ""
    phones = Congress.objects.exclude(help_phone="").order_by("parent_id", "pk")
    return phones.values_list("help_phone", flat=True).first() or ""
