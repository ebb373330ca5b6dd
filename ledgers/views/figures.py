"""The figures of a session, and the list behind each of them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.guard import require
from common.htmx import render_page
from common.refusals import Refusal
from common.replica import reads_from_replica
from ledgers import rules
from ledgers.facts import Scope
from ledgers.figures import figures as count
from ledgers.figures import lately_counted
from ledgers.forms import FiguresForm
from ledgers.selectors.pages import figure_list, heads
from ledgers.tables import line_of, tables_of


def _scope(request: HttpRequest) -> tuple[FiguresForm, Scope | None]:
    form = FiguresForm(request.GET, actor=request.actor, today=request.today)
    session, as_of, system = form.chosen
    if session is None or form.has_nothing_to_count or not form.is_valid():
        return form, None
    return form, Scope(request.actor.congress, session, as_of, system)


def _address(scope: Scope) -> str:
    chosen = {"session": scope.session.pk, "as_of": scope.as_of.isoformat()}
    return urlencode(chosen | ({"system": scope.system.pk} if scope.system else {}))


@login_required
@require_GET
@reads_from_replica
def figures(request: HttpRequest) -> HttpResponse:
    require(rules.may_read_figures, request.actor)
    form, scope = _scope(request)
    context = {"form": form, "scope": scope, "may_import": rules.may_import(request.actor)}
    if scope is not None:
        kept = lately_counted(scope, reader=request.actor, at=timezone.now())
        context |= {
            "columns": heads("指标", "数量", "占比 / 分母", numeric=("数量", "占比 / 分母")),
            "tables": tables_of(kept.value),
            "figures": kept.value,
            "counted_at": kept.at,
            "address": _address(scope),
        }
    return render_page(request, "ledgers/figures.html", context)


@login_required
@require_GET
@reads_from_replica
def figure_rows(request: HttpRequest) -> HttpResponse:
    require(rules.may_read_figures, request.actor)
    _, scope = _scope(request)
    path = request.GET.get("figure", "")
    if scope is None or "\x00" in path:
        raise Http404
    counted = count(scope.congress, scope.session, scope.as_of, scope.system)
    line = line_of(tables_of(counted), path)
    try:
        found = figure_list(scope, path, request.actor, request.GET.get("page", "1"))
    except Refusal:
        raise Http404 from None
    if line is None:
        raise Http404
    address = _address(scope)
    context = {
        "scope": scope,
        "line": line,
        "found": found,
        "columns": found.columns,
        "back": f"?{address}",
        "query": f"{address}&{urlencode({'figure': path})}&",
    }
    return render_page(request, "ledgers/figure_rows.html", context)
