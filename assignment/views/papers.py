"""The papers of a hand-over meeting (交办会材料): a list for each unit, made to be printed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.guard import require
from assignment import rules
from assignment.selectors import batches as selectors
from common.htmx import render_page


@login_required
@require_GET
def batch_papers(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show the list of each unit of a batch, one unit a page when printed."""
    batch = get_object_or_404(selectors.batches_of(request.actor), pk=batch_id)
    require(rules.may_open_batch, request.actor)
    context = {"batch": batch, "units": selectors.units_of_batch(batch)}
    return render_page(request, "assignment/batch_papers.html", context)
