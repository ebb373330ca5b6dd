"""A unit's pages: its items, signing for them, handing them to a clerk."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guard import require
from accounts.models import Role
from accounts.selectors import members_of
from assignment import rules
from assignment.filters import ReceiptFilter
from assignment.forms.deeds import DelegateForm
from assignment.models import Assignment
from assignment.selectors import receipts as selectors
from assignment.selectors import waiting
from assignment.services import accepting as services
from assignment.views.steps import deed_page, typed
from common.forms import PageForm
from common.htmx import go_to, render_page
from common.listing import make_listing


@login_required
@require_GET
def receipts(request: HttpRequest) -> HttpResponse:
    """Show the items of one's unit, those with the nearest clock first."""
    require(rules.is_of_a_unit, request.actor)
    listing = make_listing(
        request.GET,
        waiting.listed_receipts(request.actor),
        filters=ReceiptFilter,
        headings=selectors.HEADINGS,
        default_sort="due",
        rows=selectors.as_rows,
        filter_context={"request": request},
        reader=request.actor.pk,
    )
    context = {"listing": listing, "counts": selectors.counts(request.actor)}
    return render_page(request, "assignment/receipts.html", context, part="results")


@login_required
@require_POST
def accept_many(request: HttpRequest) -> HttpResponse:
    """Sign for the ticked items, each on its own."""
    require(rules.is_of_a_unit, request.actor)
    ids = [int(value) for value in request.POST.getlist("ids") if value.isdecimal()]
    own = waiting.to_accept(request.actor).filter(pk__in=ids[:500])
    results = services.accept_many(
        own.values_list("pk", flat=True), by=request.actor, at=timezone.now()
    )
    went = sum(result.went for result in results)
    if went:
        messages.success(request, f"已签收{went}件。")
    for result in results:
        if not result.went:
            messages.error(request, f"{result.case}：{result.refusal}")
    if not results:
        messages.info(request, "没有选中待签收的承办件。")
    return go_to(request, "assignment:receipts")


@login_required
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Sign for one item."""
    visible = Assignment.objects.visible_to(request.actor).select_related(*selectors.FOR_A_DEED)
    visible = visible.prefetch_related(*selectors.WHO_EXTENDED)
    assignment = get_object_or_404(visible, pk=assignment_id)
    require(rules.may_accept, request.actor, assignment)
    return deed_page(
        request,
        template="assignment/accept.html",
        case=assignment.suggestion,
        form=PageForm(typed(request)),
        deed=partial(services.accept, assignment.pk),
        done="已签收。",
        context={"assignment": assignment},
    )


@login_required
@require_http_methods(["GET", "POST"])
def delegate(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Hand one item to a clerk of the unit."""
    visible = Assignment.objects.visible_to(request.actor).select_related(*selectors.FOR_A_DEED)
    assignment = get_object_or_404(visible, pk=assignment_id)
    require(rules.may_delegate, request.actor, assignment)
    clerks = members_of(unit=assignment.unit, roles=[Role.CLERK], on=request.today)
    return deed_page(
        request,
        template="assignment/delegate.html",
        case=assignment.suggestion,
        form=DelegateForm(typed(request), clerks=clerks, initial={"clerk": assignment.clerk_id}),
        deed=partial(services.delegate, assignment.pk),
        done="已分派。",
        context={"assignment": assignment},
    )
