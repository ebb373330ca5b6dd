"""A deputy's own suggestions, what a delegation has filed, and what resembles a case."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.guard import require
from common.htmx import render_page
from common.listing import Heading, make_listing
from suggestions import rules
from suggestions.filters import DelegationFilter
from suggestions.models import Suggestion
from suggestions.selectors import likeness, pages

_HEADINGS = (
    Heading("编号", "number", ("filing", "number")),
    Heading("标题", "title", "title"),
    Heading("提出", "deputy", "lead_deputy__name"),
    Heading("类别", "category", "category__order"),
    Heading("阶段"),
    Heading("提出日期", "filed", "proposed_on"),
)


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    require(rules.is_deputy, request.actor)
    filed = pages.own_filed(request.actor, request.GET.get("page", "1"))
    writing = pages.own_unfiled(request.actor) if filed.number == 1 else []
    context = {
        "writing": [case for case in writing if case.lead_deputy_id == request.actor.deputy_id],
        "running": [case for case in filed if not case.is_over],
        "ended": [case for case in filed if case.is_over],
        "filed": filed,
        "signing": [case for case in writing if case.lead_deputy_id != request.actor.deputy_id],
        "invitations": pages.invitations(request.actor),
        "consents": pages.consents_waiting(request.actor),
    }
    return render_page(request, "suggestions/mine.html", context)


@login_required
@require_GET
def of_delegation(request: HttpRequest) -> HttpResponse:
    require(rules.is_secretary, request.actor)
    listing = make_listing(
        request.GET,
        pages.delegation_suggestions(request.actor),
        filters=DelegationFilter,
        headings=_HEADINGS,
        default_sort="-filed",
        rows=pages.with_signers,
        filter_context={"actor": request.actor},
    )
    context = {"listing": listing, "delegation": request.actor.delegation}
    return render_page(request, "suggestions/of_delegation.html", context, part="results")


@login_required
@require_GET
def alike(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(Suggestion.objects.visible_to(request.actor), pk=case_id)
    context = {"case": case, "alike": likeness.alike_cases(case, request.actor)}
    return render_page(request, "suggestions/alike.html", context)
