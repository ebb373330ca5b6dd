"""The list of cases and the search in the top bar."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.guard import require
from accounts.limits import limited, refusal
from common.htmx import go_to, render_page
from common.listing import make_listing
from common.replica import reads_from_replica
from desk import rules
from desk.selectors import cases as selectors
from ledgers.filters import CaseFilter


def _asks_words(request: HttpRequest) -> bool:
    return bool(request.GET.get("q", "").strip())


@login_required
@require_GET
@limited("search", when=_asks_words)
@reads_from_replica
def cases(request: HttpRequest) -> HttpResponse:
    require(rules.may_list_cases, request.actor)
    listing = make_listing(
        request.GET,
        selectors.listed_cases(request.actor),
        filters=CaseFilter,
        headings=selectors.HEADINGS,
        default_sort="-number",
        rows=lambda cases: selectors.case_rows(cases, request.actor),
        filter_context={"actor": request.actor, "today": request.today},
        reader=request.actor.pk,
        countable=lambda cases: selectors.countable_cases(cases, request.actor),
    )
    found = listing.filterset.found
    selectors.tell_places(listing.rows, found, request.actor)
    words = found.words if found else ()
    context = {"listing": listing, "found": found, "words": words}
    return render_page(request, "desk/cases.html", context, part="results")


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    require(rules.may_list_cases, request.actor)
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    found = selectors.found_at_once(request.actor, words)
    if found is not None:
        # What is not found at once is counted by the list.
        return refusal(request, "search") or go_to(request, found)
    return go_to(request, f"{reverse('desk:cases')}?{urlencode({'q': words})}")
