"""The first page of a deputy: what is asked, how the own suggestions stand, and a way to write."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.guard import require
from common.htmx import render_page
from desk import rules
from desk.selectors import alerts, deputy, inbox


@login_required
@require_GET
def deputy_home(request: HttpRequest) -> HttpResponse:
    require(rules.may_see_deputy_home, request.actor)
    sections = inbox.inbox(request.actor, shown=3)
    context = {
        "sections": sections,
        "total": sum(section.count for section in sections),
        "cases": deputy.latest_cases(request.actor),
        "alerts": alerts.latest(request.actor)[:4],
    }
    return render_page(request, "desk/deputy_home.html", context)
