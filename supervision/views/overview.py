"""The supervision page, and urging what is ticked on it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.guard import require
from assignment.models import Assignment
from common.htmx import go_to, render_page
from common.listing import make_listing
from supervision import rules
from supervision.filters import DutyFilter
from supervision.forms.deeds import UrgeForm
from supervision.selectors import overview as selectors
from supervision.selectors.notices import notice_counts
from supervision.services import urging

MOST_AT_ONCE = 200


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show every duty that is late or soon due in the actor's scope."""
    require(rules.may_oversee, request.actor)
    duties = selectors.late_and_soon(request.actor, on=request.today)
    listing = make_listing(
        request.GET,
        duties,
        filters=DutyFilter,
        headings=selectors.HEADINGS,
        default_sort="due",
        rows=selectors.as_rows,
        filter_context={"request": request, "on": request.today},
    )
    context = {
        "listing": listing,
        "figures": selectors.figures(duties, actor=request.actor, on=request.today),
        "rows": selectors.with_what_was_done(listing.rows, actor=request.actor, on=request.today),
        "notices": notice_counts(request.actor, on=request.today),
        "may_release": rules.may_read_digests(request.actor),
        "urge_form": UrgeForm() if rules.may_urge_many(request.actor) else None,
    }
    return render_page(request, "supervision/overview.html", context, part="results")


@login_required
@require_POST
def urge_many(request: HttpRequest) -> HttpResponse:
    """Urge the units of the ticked rows."""
    require(rules.may_urge_many, request.actor)
    form = UrgeForm(request.POST)
    ids = [int(value) for value in request.POST.getlist("ids") if value.isdecimal()]
    own = Assignment.objects.visible_to(request.actor).filter(pk__in=ids[:MOST_AT_ONCE])
    if not form.is_valid():
        messages.error(request, "请填写催办要求。")
    elif not own:
        messages.info(request, "没有选中可以催办的单位。")
    else:
        results = urging.urge_many(
            own.values_list("pk", flat=True),
            by=request.actor,
            at=timezone.now(),
            **form.cleaned_data,
        )
        tell(request, results)
    return go_to(request, "supervision:overview")


def tell(request: HttpRequest, results: list[urging.Result]) -> None:
    """Say which units were urged and which were not, and why."""
    went = sum(not result.refusal for result in results)
    if went:
        messages.success(request, f"已催办{went}个单位，承办人和单位负责人已收到通知。")
    for result in results:
        if result.refusal:
            messages.error(request, f"{result.assignment.suggestion}：{result.refusal}")
