"""The papers of a hand-over meeting (交办会材料): lists to print, and a letter for each unit."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.guard import require
from assignment import rules
from assignment.selectors import batches as selectors
from assignment.selectors.letter import letter_of
from common import documents
from common.htmx import render_page
from common.uploads.downloads import download_headers

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
@require_GET
def batch_papers(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Show the list of each unit of a batch, one unit a page when printed."""
    batch = get_object_or_404(selectors.batches_of(request.actor), pk=batch_id)
    require(rules.may_open_batch, request.actor)
    context = {"batch": batch, "units": selectors.units_of_batch(batch)}
    return render_page(request, "assignment/batch_papers.html", context)


@login_required
@require_GET
@never_cache
def hand_over_letter(request: HttpRequest, batch_id: int, unit_id: int, kind: str) -> HttpResponse:
    """Give the letter that hands a unit its suggestions, as Word file or PDF."""
    batch = get_object_or_404(selectors.batches_of(request.actor), pk=batch_id)
    require(rules.may_open_batch, request.actor)
    units = [unit for unit in selectors.units_of_batch(batch) if unit.pk == unit_id]
    if not units or kind not in {"docx", "pdf"}:
        raise Http404
    [unit] = units
    content = letter_of(batch, unit, unit.receipts_of_batch)
    if kind == "docx":
        made, content_type = documents.docx("letter.docx", content), DOCX
    else:
        made = documents.pdf("letter.typ", content, at=timezone.now())
        content_type = "application/pdf"
    name = f"交办函（{unit}）.{kind}"
    return HttpResponse(made, headers=download_headers(name, content_type))
