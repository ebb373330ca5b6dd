"""
What stands between a browser and every view: how long a session lives, who acts in it, which
gates come first. Nothing here decides about a case.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.acting import acting_membership
from accounts.second_factor import is_demonstration, lacks_second_factor
from common.htmx import go_to
from congress.calendars import calendar_read_once

Handler = Callable[[HttpRequest], HttpResponse]
_BEGAN, _SEEN = "signed_in_at", "seen_at"
#: The session is written once a minute, not on each request.
_NOTE_EVERY = 60
#: What works in any state: leaving, and proving who one is.
_ALWAYS_OPEN = {
    "account_logout",
    "account_login",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_authenticate",
    "sign_in_help",
    "elder_mode",
    "health-live",
    "health-ready",
}
_CHANGING_PASSWORD = _ALWAYS_OPEN | {"account_change_password"}
_SETTING_UP_FACTOR = _ALWAYS_OPEN | {
    "account_change_password",
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "act_as",
}


class SessionLimitsMiddleware:
    """End sessions that were idle for 30 minutes, are 12 hours old, or were revoked (ASVS 7.3)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._keep_or_end(request, timezone.now())
        return self.get_response(request)

    def _keep_or_end(self, request: HttpRequest, now: datetime) -> None:
        session, moment = request.session, now.timestamp()
        began, seen = session.get(_BEGAN, moment), session.get(_SEEN, moment)
        revoked = request.user.sessions_since
        if moment - seen > settings.SESSION_IDLE_SECONDS:
            self._end(request, "您已有一段时间没有操作，为保证安全，请重新登录。")
        elif moment - began > settings.SESSION_ABSOLUTE_SECONDS:
            self._end(request, "本次登录时间已满，请重新登录。")
        elif revoked and began <= revoked.timestamp():
            self._end(request, "本次登录已失效，请重新登录。")
        elif _BEGAN not in session:
            session[_BEGAN] = session[_SEEN] = moment
        elif moment - seen >= _NOTE_EVERY:
            session[_SEEN] = moment

    def _end(self, request: HttpRequest, why: str) -> None:
        logout(request)
        messages.info(request, why)


class ActingMembershipMiddleware:
    """
    Say who acts: ``request.actor`` (or None), ``request.memberships`` and ``request.today``.

    A user without a seat today reads why, and nothing else.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.today = timezone.localdate()
        request.actor, request.memberships = None, []
        if request.user.is_authenticated:
            request.actor, request.memberships = acting_membership(
                request.session, request.user, on=request.today
            )
        with calendar_read_once():
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # Asked only by a page that shows it: whether a process lives is said without the database.
        request.is_demonstration = SimpleLazyObject(
            lambda: request.actor.congress.is_demonstration if request.actor else is_demonstration()
        )
        if request.actor or not request.user.is_authenticated or _is_open(request, _ALWAYS_OPEN):
            return None
        return render(request, "accounts/no_membership.html", status=403)


class GatesMiddleware:
    """Let nobody past before their own password is set and, where demanded, a second factor."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        location = response.headers.get("Location", "")
        if location.startswith(reverse("account_reauthenticate")):
            # "Prove who you are" comes as a redirect, which htmx would swap into a part.
            return go_to(request, location)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user, actor = request.user, request.actor
        if not user.is_authenticated or actor is None:
            return None
        if _must_change_password(user, timezone.now()):
            open_here = _is_open(request, _CHANGING_PASSWORD)
            return None if open_here else go_to(request, "account_change_password")
        if not _is_open(request, _SETTING_UP_FACTOR) and lacks_second_factor(actor):
            return go_to(request, "mfa_activate_totp")
        return None


def _must_change_password(user: Any, now: datetime) -> bool:
    if user.must_change_password:
        return True
    days = settings.PASSWORD_MAX_AGE_DAYS
    if not days:
        return False
    changed = user.password_changed_at or user.date_joined
    return now - changed > timedelta(days=days)


def _is_open(request: HttpRequest, names: set[str]) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in names
