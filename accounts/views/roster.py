"""Pages on which the congress's staff keep the roster (基础资料)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts import rules
from accounts.filters import RosterFilter
from accounts.forms.roster import changes_of, form_class
from accounts.guard import require
from accounts.roster import GROUPS, KINDS, Kind
from common.htmx import go_to, render_page
from common.listing import Heading, make_listing
from common.refusals import Refusal
from congress import services


@login_required
@require_GET
def roster(request: HttpRequest) -> HttpResponse:
    require(rules.may_keep_roster, request.actor)
    congress = request.actor.congress
    groups = [
        (label, [(KINDS[slug], _rows(KINDS[slug], congress).count()) for slug in slugs])
        for label, slugs in GROUPS.items()
    ]
    return render_page(request, "roster/roster.html", {"groups": groups})


@login_required
@require_GET
def roster_list(request: HttpRequest, kind: str) -> HttpResponse:
    require(rules.may_keep_roster, request.actor)
    this = _kind(kind)
    headings = [Heading(label) for label, _ in this.columns]
    headings[0] = Heading(this.columns[0][0], key="order", by=this.sort_by)
    listing = make_listing(
        request.GET,
        _rows(this, request.actor.congress),
        filters=RosterFilter,
        headings=headings,
        default_sort="order",
        rows=lambda found: found.select_related(*this.related) if this.related else found,
    )
    rows = [
        (row, [(label, _cell(row, attribute)) for label, attribute in this.columns])
        for row in listing.rows
    ]
    context = {"kind": this, "listing": listing, "rows": rows}
    return render_page(request, "roster/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def roster_add(request: HttpRequest, kind: str) -> HttpResponse:
    require(rules.may_keep_roster, request.actor)
    this = _kind(kind)
    form = form_class(this, is_new=True)(
        request.POST if request.method == "POST" else None, congress=request.actor.congress
    )
    if form.is_valid():
        try:
            row = this.add_row(request.actor, at=timezone.now(), **changes_of(form))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已新增：{row}。")
            return go_to(request, "roster_list", this.slug)
    context = {"kind": this, "form": form}
    return render_page(request, "roster/form.html", context, part="form")


@login_required
@require_http_methods(["GET", "POST"])
def roster_correct(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    require(rules.may_keep_roster, request.actor)
    this = _kind(kind)
    row = get_object_or_404(_rows(this, request.actor.congress), pk=pk)
    form = form_class(this, is_new=False)(
        request.POST if request.method == "POST" else None,
        instance=row,
        congress=request.actor.congress,
    )
    if form.is_valid():
        try:
            services.correct(row, changes=changes_of(form), by=request.actor, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已保存。")
            return go_to(request, "roster_list", this.slug)
    context = {"kind": this, "form": form, "row": row}
    return render_page(request, "roster/form.html", context, part="form")


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _rows(kind: Kind, congress: Any) -> Any:
    return kind.model._default_manager.filter(congress=congress)


def _cell(row: Any, attribute: str) -> Any:
    value = getattr(row, attribute)
    value = value() if callable(value) else value
    if isinstance(value, bool):
        return "是" if value else "否"
    return "—" if value in (None, "") else value
