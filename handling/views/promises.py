"""Pages about promises, from the list to the deputy's word on them."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guard import require
from assignment.views.steps import deed_page, typed
from common.htmx import render_page
from common.listing import make_listing
from handling.filters import PromiseFilter
from handling.forms.promises import (
    ChangePromiseForm,
    ClaimForm,
    DecideClearanceForm,
    EndPromiseForm,
    FulfilmentForm,
)
from handling.rules import promises as rules
from handling.selectors import promises as selectors
from handling.services import promise_changes
from handling.services import promises as services
from handling.views.finding import files, promise_of


@login_required
@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    require(rules.may_list_promises, request.actor)
    listing = make_listing(
        request.GET,
        selectors.promises_of(request.actor),
        filters=PromiseFilter,
        headings=selectors.HEADINGS,
        default_sort="due",
        rows=selectors.as_rows,
    )
    context = {"listing": listing}
    return render_page(request, "handling/promises.html", context, part="results")


@login_required
@require_http_methods(["GET", "POST"])
def claim_clearance(request: HttpRequest, promise_id: int) -> HttpResponse:
    promise = promise_of(request, promise_id)
    require(rules.may_claim_clearance, request.actor, promise)
    return deed_page(
        request,
        template="handling/claim_clearance.html",
        case=promise.suggestion,
        form=ClaimForm(typed(request), files(request), initial={"done_on": request.today}),
        deed=partial(services.claim_clearance, promise.pk),
        done="已报请销号，等待代表工委核定。",
        context={"promise": promise},
    )


@login_required
@require_http_methods(["GET", "POST"])
def decide_clearance(request: HttpRequest, promise_id: int) -> HttpResponse:
    promise = promise_of(request, promise_id)
    require(rules.may_decide_clearance, request.actor, promise)
    return deed_page(
        request,
        template="handling/decide_clearance.html",
        case=promise.suggestion,
        form=DecideClearanceForm(typed(request)),
        deed=partial(services.decide_clearance, promise.pk),
        done="已核定，并告知承办单位。",
        context={"promise": promise},
    )


@login_required
@require_http_methods(["GET", "POST"])
def change_promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    promise = promise_of(request, promise_id)
    require(rules.may_change_promise, request.actor, promise)
    return deed_page(
        request,
        template="handling/change_promise.html",
        case=promise.suggestion,
        form=ChangePromiseForm(typed(request), promise=promise),
        deed=partial(promise_changes.change_promise, promise.pk),
        done="已变更，并告知代表。",
        context={"promise": promise},
    )


@login_required
@require_http_methods(["GET", "POST"])
def end_promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    promise = promise_of(request, promise_id)
    require(rules.may_end_promise, request.actor, promise)
    return deed_page(
        request,
        template="handling/end_promise.html",
        case=promise.suggestion,
        form=EndPromiseForm(typed(request)),
        deed=partial(promise_changes.end_promise, promise.pk),
        done="已终止，并告知代表和承办单位。",
        context={"promise": promise},
    )


@login_required
@require_http_methods(["GET", "POST"])
def rate_fulfilment(request: HttpRequest, promise_id: int) -> HttpResponse:
    promise = promise_of(request, promise_id)
    require(rules.may_rate_fulfilment, request.actor, promise)
    return deed_page(
        request,
        template="handling/rate_fulfilment.html",
        case=promise.suggestion,
        form=FulfilmentForm(typed(request)),
        deed=partial(services.rate_fulfilment, promise.pk),
        done="已记下您的评价。",
        context={"promise": promise},
    )
