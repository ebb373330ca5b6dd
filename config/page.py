"""
What every page knows: its shell, the day and the reading mode.

What it knows of the person who reads it comes from accounts/context.py, the places to go from
desk/navigation.py.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Membership, Role

POCKET, DESK, PUBLIC = "pocket", "desk", "public"

#: Who carries the system in a pocket; everybody else who signs in sits at a desk.
POCKET_ROLES = {Role.DEPUTY, Role.LEADER, Role.LEADING_OFFICIAL}


def page(request: HttpRequest) -> dict[str, Any]:
    """Give base.html what it needs; a page's own view may override any of it."""
    actor: Membership | None = getattr(request, "actor", None)
    return {
        "today": getattr(request, "today", None) or timezone.localdate(),
        "shell": shell_of(actor),
        "elder": elder_mode(request),
        "actor": actor,
        "release": settings.RELEASE,
        "demonstration": getattr(request, "is_demonstration", False),
    }


def shell_of(actor: Membership | None) -> str:
    """Choose the shell by the role one acts in."""
    if actor is None:
        return PUBLIC
    return POCKET if actor.role in POCKET_ROLES else DESK


def elder_mode(request: HttpRequest) -> bool:
    """Test if this person reads in large type (长辈版); visitors keep it in their session."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return bool(user.elder_mode)
    session = getattr(request, "session", None)  # none where a request failed on its way in
    return bool(session and session.get("elder_mode"))
