"""
What every page knows: its shell, the day, the reading mode and the lines above and below it.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

POCKET, DESK, PUBLIC = "pocket", "desk", "public"


def page(request: HttpRequest) -> dict[str, Any]:
    """Give base.html what it needs; a page's own view may override any of it."""
    return {
        "today": getattr(request, "today", None) or timezone.localdate(),
        "shell": shell_of(request),
        "elder": elder_mode(request),
        "actor": getattr(request, "actor", None),
        "demonstration": getattr(request, "is_demonstration", False),
        "help_phone": getattr(settings, "HELP_PHONE", ""),
    }


def shell_of(request: HttpRequest) -> str:
    """Choose the shell by the role one acts in: deputies and leaders carry it in a pocket."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return PUBLIC
    return getattr(actor, "shell", DESK)


def elder_mode(request: HttpRequest) -> bool:
    """Test if this person reads in large type (长辈版)."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return bool(getattr(user, "elder_mode", False))
    session = getattr(request, "session", None)
    return bool(session and session.get("elder_mode"))
