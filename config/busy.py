"""
What people meet when the database is busy, restarting or too slow: tried again, or told plainly.

A deadlock rolls the deed of a view back as a whole, so pressing the button again is safe, and the
machine presses it. What waited too long for a lock, was too slow or met a database that is just
restarting is answered with 503 and with what was typed, never with a fault.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import loader

log = logging.getLogger(__name__)

#: How often a deed that lost a deadlock is done again.
MOST_TRIES = 3
#: Seconds for a person to wait before trying again.
RETRY_AFTER = 5
_DEADLOCK, _SERIALIZATION_FAILURE = "40P01", "40001"


class BusyDatabaseMiddleware:
    """Does again what lost a deadlock, and answers 503 where the database could not be had."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        first = exception
        for _ in range(1, MOST_TRIES):
            if not _lost_a_deadlock(exception) or connection.needs_rollback:
                break
            log.warning("%s lost a deadlock and is tried again", request.path)
            time.sleep(random.uniform(0.02, 0.2))  # noqa: S311 - apart from each other, no secret
            try:
                return _again(request)
            except Exception as raised:
                exception = raised
        if is_busy(exception):
            log.error("%s found the database busy", request.path, exc_info=exception)
            return busy_page(request)
        if exception is not first:
            raise exception
        return None


def is_busy(exception: BaseException | None) -> bool:
    """Test if the database could not be had in time, which says nothing against the request."""
    return isinstance(exception, OperationalError | InterfaceError)


def busy_page(request: HttpRequest) -> HttpResponse:
    """Say that nothing was done and offer to send the same again; asks the database nothing."""
    page = loader.get_template("503.html").render({
        "path": request.get_full_path(),
        "fields": list(_typed(request)),
        "has_files": bool(request.method == "POST" and request.FILES),
        "csrf_token": get_token(request),
    })  # fmt: skip
    return HttpResponse(
        page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(RETRY_AFTER)}
    )


def _lost_a_deadlock(exception: BaseException) -> bool:
    code = getattr(exception.__cause__, "pgcode", None)
    return is_busy(exception) and code in {_DEADLOCK, _SERIALIZATION_FAILURE}


def _again(request: HttpRequest) -> HttpResponse:
    for _, files in request.FILES.lists():
        for file in files:
            file.seek(0)
    match = request.resolver_match
    assert match is not None  # noqa: S101 - a view has raised
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response


def _typed(request: HttpRequest) -> Iterator[tuple[str, Any]]:
    """Return what was sent, for sending it again; nothing of a page that asks for secrets."""
    match = request.resolver_match
    is_secret = match is None or str(match.url_name).startswith(("account_", "mfa_"))
    if request.method != "POST" or is_secret or "password" in "".join(request.POST).lower():
        return
    for name, values in request.POST.lists():
        if name != "csrfmiddlewaretoken":
            for value in values:
                yield name, value
