"""The digest of the week."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.guard import require
from common.htmx import render_page
from supervision import rules
from supervision.models import DigestRow
from supervision.selectors import digests as selectors

PAGE = 50


@login_required
@require_GET
def digests(request: HttpRequest) -> HttpResponse:
    """List the digests of the actor's office."""
    require(rules.may_read_digests, request.actor)
    page = Paginator(selectors.digests_of(request.actor), PAGE).get_page(request.GET.get("page"))
    return render_page(request, "supervision/digests.html", {"page": page})


@login_required
@require_GET
def digest(request: HttpRequest, digest_id: int) -> HttpResponse:
    """Show one digest: its figures, and the rows of one of them."""
    found = get_object_or_404(selectors.digests_of(request.actor), pk=digest_id)
    require(rules.may_read_digests, request.actor)
    asked = request.GET.get("section", "")
    section = asked if asked in DigestRow.Section.values else DigestRow.Section.LATE.value
    pages = Paginator(selectors.rows_of(found, section), PAGE)
    context = {
        "digest": found,
        "figures": selectors.figures(found),
        "section": DigestRow.Section(section),
        "page": pages.get_page(request.GET.get("page")),
        "duty_columns": selectors.DUTY_COLUMNS,
        "released_columns": selectors.NOTICE_COLUMNS,
    }
    return render_page(request, "supervision/digest.html", context)
