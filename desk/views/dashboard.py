"""The dashboard: one page, one minute."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.guard import require
from common.htmx import render_page
from common.replica import reads_from_replica
from desk import rules
from desk.selectors import dashboard as selectors
from ledgers.rules import may_read_figures
from notices.rules import may_watch_delivery


@login_required
@require_GET
@reads_from_replica
def dashboard(request: HttpRequest) -> HttpResponse:
    require(rules.may_see_dashboard, request.actor)
    board = selectors.dashboard(request.actor, request.GET.get("session", ""), at=timezone.now())
    context = {
        "board": board,
        "watches_delivery": may_watch_delivery(request.actor),
        "reads_figures": may_read_figures(request.actor),
    }
    return render_page(request, "desk/dashboard.html", context)
