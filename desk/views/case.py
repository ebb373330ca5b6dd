"""The page of one case, composed of the panels that the apps registered."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from common.htmx import render_page
from desk.selectors import case_page as selectors


@login_required
@require_GET
def case(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    found = selectors.case_for_page(request.actor, suggestion_id)
    if found is None:
        raise Http404
    page = selectors.case_page(request.actor, found, today=request.today)
    return render_page(request, "desk/case.html", {"page": page, "case": found})
