"""
How often one person may ask for what costs the others much: searches, files, ledgers (频次限制).

Counted for each signed-in person, by allauth's own counter on the cache, so that neither an address
that is shared by an office nor one that is made up counts. Where the cache is out of reach,
everybody passes. An entry point: it sees requests and reads the clock.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

#: What is counted, in the words of the page that refuses it.
DEEDS = {"search": "查询", "export": "导出", "upload": "上传", "import": "导入"}
View = Callable[..., HttpResponse]


def limited(action: str, *, when: Callable[[HttpRequest], bool]) -> Callable[[View], View]:
    """Answer 429 to a person who asks a view more often than ``settings.RATE_LIMITS`` lets them."""

    def guarded(view: View) -> View:
        @wraps(view)
        def ask(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refused = refusal(request, action) if when(request) else None
            return refused or view(request, *args, **kwargs)

        return ask

    return guarded


def refusal(request: HttpRequest, action: str) -> HttpResponse | None:
    """Count one more deed of the person and return the page that refuses it, or None."""
    rates = {"app": "limits", "action": action, "config": settings.RATE_LIMITS}
    if ratelimit.consume(request, limit_get=True, **rates):
        return None
    return too_often(request, action, seconds=_seconds_to_wait(request, action))


def too_often(request: HttpRequest, action: str = "", *, seconds: int) -> HttpResponse:
    """Say in how many minutes to come again."""
    context = {"deed": DEEDS.get(action, ""), "minutes": math.ceil(seconds / 60)}
    response = render(request, "429.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(seconds)
    return response


def _seconds_to_wait(request: HttpRequest, action: str) -> int:
    """Find when the oldest of the deeds that fill a limit no longer counts."""
    rates = ratelimit.get_rates(app="limits", action=action, config=settings.RATE_LIMITS)
    now = timezone.now().timestamp()
    waits = [1.0]
    for rate in rates:
        key = ratelimit.get_cache_key(request, app="limits", action=action, rate=rate)
        done = cache.get(key, [])
        if len(done) >= rate.amount:
            waits.append(done[-1] + rate.duration - now)
    return math.ceil(max(waits))


class UploadLimitMiddleware:
    """Counts the requests that bring files, wherever they go."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        is_person = request.method == "POST" and request.user.is_authenticated
        return refusal(request, "upload") if is_person and request.FILES else None
