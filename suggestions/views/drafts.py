"""A draft as a whole: begin it, see how far it is, throw it away."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guard import require
from accounts.models import Role
from common.htmx import go_to, render_page
from common.refusals import Refusal
from suggestions import rules, selectors
from suggestions.forms.writing import ProxyForm
from suggestions.models import Suggestion
from suggestions.selectors import pages
from suggestions.services import drafting
from suggestions.steps import WritingStep


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    require(rules.may_begin, request.actor)
    if request.actor.role != Role.DEPUTY:
        return go_to(request, "suggestions:draft_for")
    error = ""
    if request.method == "POST":
        try:
            case = drafting.begin(by=request.actor, at=timezone.now())
        except Refusal as refusal:
            error = str(refusal)
        else:
            return go_to(request, "suggestions:write", case.pk, WritingStep.TITLE.value)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else None
    context = {"error": error, "drafts": _own_drafts(request)}
    return render_page(request, "suggestions/new.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def draft_for(request: HttpRequest) -> HttpResponse:
    require(rules.may_enter_for_others, request.actor)
    form = ProxyForm(
        request.POST if request.method == "POST" else None,
        deputies=pages.deputies_for_proxy(request.actor),
        may_propose=pages.may_propose_for_delegation(request.actor),
    )
    if form.is_valid():
        try:
            case = drafting.begin(
                by=request.actor,
                at=timezone.now(),
                deputy=form.cleaned_data["deputy"],
                for_delegation=form.cleaned_data.get("for_delegation", False),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go_to(request, "suggestions:write", case.pk, WritingStep.TITLE.value)
    context = {"form": form, "drafts": pages.drafts_entered_by(request.actor)}
    return render_page(request, "suggestions/draft_for.html", context, part="form")


@login_required
@require_GET
def draft(request: HttpRequest, case_id: int) -> HttpResponse:
    case = draft_or_refuse(request, case_id)
    checked = selectors.draft_of(case, is_by_proxy=request.actor.role != Role.DEPUTY)
    reviews = pages.reviews_of(case)
    context = {
        "case": case,
        "steps": selectors.written_steps(checked),
        "review": reviews[0] if reviews else None,
        "review_points": [WritingStep(p).label for p in reviews[0].points] if reviews else [],
        "may_discard": rules.may_discard(request.actor, case),
    }
    return render_page(request, "suggestions/draft.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(visible_drafts(request), pk=case_id)
    require(rules.may_discard, request.actor, case)
    error = ""
    if request.method == "POST":
        try:
            drafting.discard(case.pk, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            error = str(refusal)
        else:
            messages.success(request, "草稿已删除。")
            mine = "suggestions:mine" if request.actor.role == Role.DEPUTY else "desk:inbox"
            return go_to(request, mine)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else None
    context = {"case": case, "error": error}
    return render_page(request, "suggestions/discard.html", context, status=status)


def visible_drafts(request: HttpRequest) -> QuerySet[Suggestion]:
    """Find the cases of the actor with what the screens of a draft name."""
    return Suggestion.objects.visible_to(request.actor).select_related(
        "lead_deputy", "delegation", "category", "origin", "congress"
    )


def draft_or_refuse(request: HttpRequest, case_id: int) -> Suggestion:
    """Fetch a draft the actor may change: 404 if it is not seen, 403 if it is only read."""
    case = get_object_or_404(visible_drafts(request), pk=case_id)
    require(rules.may_edit, request.actor, case)
    return case


def _own_drafts(request: HttpRequest) -> list[Suggestion]:
    own = pages.own_suggestions(request.actor)
    return [each for each in own if rules.may_edit(request.actor, each)]
