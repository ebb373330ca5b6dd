"""A deputy's own suggestions, and what a delegation has filed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.guard import require
from common.htmx import render_page
from suggestions import rules
from suggestions.selectors import pages
from suggestions.stages import ENDED


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    require(rules.is_deputy, request.actor)
    cases = list(pages.own_suggestions(request.actor))
    writing = [case for case in cases if case.stage in rules.WRITABLE]
    written = [case for case in cases if case.stage not in rules.WRITABLE]
    context = {
        "writing": [case for case in writing if case.lead_deputy_id == request.actor.deputy_id],
        "running": [case for case in written if case.stage not in ENDED],
        "ended": [case for case in written if case.stage in ENDED],
        "signing": [case for case in writing if case.lead_deputy_id != request.actor.deputy_id],
        "invitations": pages.invitations(request.actor),
        "consents": pages.consents_waiting(request.actor),
    }
    return render_page(request, "suggestions/mine.html", context)


@login_required
@require_GET
def of_delegation(request: HttpRequest) -> HttpResponse:
    require(rules.is_secretary, request.actor)
    query = request.GET.get("q", "").strip()[:40]
    cases = pages.search(pages.delegation_suggestions(request.actor), query)
    context = {"cases": cases, "query": query, "delegation": request.actor.delegation}
    return render_page(request, "suggestions/of_delegation.html", context)
