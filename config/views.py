"""Whether this process lives, and whether it can do its work."""

import logging
import sys
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required, login_required
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from django.views.defaults import server_error

from accounts.guard import require
from accounts.limits import too_often
from accounts.rules import may_manage_users
from common import replica
from common.htmx import render_page
from config.busy import busy_page, is_busy
from config.failures import WORDS
from config.models import FailedTask

log = logging.getLogger(__name__)
#: So many rows, one for each task, day and way of failing, are more than anybody reads.
MOST_FAILURES = 200
_COLUMNS = [
    {"label": "任务"},
    {"label": "失败情况"},
    {"label": "错误名称"},
    {"label": "次数", "numeric": True},
    {"label": "首次时间"},
    {"label": "最近时间"},
]


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
    told = {"ready": not missing, "missing": missing, **replica.told()}
    return JsonResponse(told, status=status)


@login_required
@require_safe
def failed_tasks(request: HttpRequest) -> HttpResponse:
    """Show the system administrator which background tasks failed, how and how often."""
    require(may_manage_users, request.actor)
    rows = [
        {"failure": failure, "words": WORDS.get(failure.task, failure.task)}
        for failure in FailedTask.objects.all()[:MOST_FAILURES]
    ]
    context = {"rows": rows, "columns": _COLUMNS}
    return render_page(request, "administration/failed_tasks.html", context)


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
