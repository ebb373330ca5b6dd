"""Whether this process lives, and whether it can do its work."""

import logging
import sys
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django.views.defaults import server_error

from accounts.limits import too_often
from config.busy import busy_page, is_busy

log = logging.getLogger(__name__)


@login_not_required
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Say that the process reaches what it stands on; 503 with the names of what it does not."""
    checks = {"database": _reach_database, "redis": _reach_redis}
    missing = [name for name, check in checks.items() if not _passes(name, check)]
    status = 503 if missing else 200
    return JsonResponse({"ready": not missing, "missing": missing}, status=status)


def fault(request: HttpRequest) -> HttpResponse:
    """Answer what no view answered: 503 where only the database could not be had, else 500."""
    if is_busy(sys.exc_info()[1]):
        return busy_page(request)
    return server_error(request)


def _passes(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:
        log.exception("%s is out of reach", name)
        return False
    return True


def _reach_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _reach_redis() -> None:
    caches["default"].reach()


def too_many_attempts(request: HttpRequest) -> HttpResponse:
    """Answer who tries to sign in too often; allauth counts (ACCOUNT_RATE_LIMITS)."""
    return too_often(request, seconds=300)
