"""代表工委 changes the units of a case in hand."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.guard import require
from assignment import rules
from assignment.forms.deeds import LateReturnForm, ReplaceForm, WhyForm
from assignment.models import Assignment
from assignment.selectors.receipts import FOR_A_DEED
from assignment.services import mix, returns
from assignment.views.steps import deed_page, typed


@login_required
@require_http_methods(["GET", "POST"])
def replace_unit(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Put another unit in the place of one."""
    assignment = _assignment(request, assignment_id)
    require(rules.may_replace, request.actor, assignment)
    return deed_page(
        request,
        template="assignment/replace_unit.html",
        case=assignment.suggestion,
        form=ReplaceForm(typed(request), congress=assignment.suggestion.congress),
        deed=partial(mix.replace_unit, assignment.pk),
        done="已改由其他单位承办，各项期限从今天重新起算。",
        context={"assignment": assignment},
    )


@login_required
@require_http_methods(["GET", "POST"])
def end_assignment(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Take a unit off without another in its place."""
    assignment = _assignment(request, assignment_id)
    require(rules.may_replace, request.actor, assignment)
    return deed_page(
        request,
        template="assignment/end_assignment.html",
        case=assignment.suggestion,
        form=WhyForm(typed(request)),
        deed=partial(mix.end_assignment, assignment.pk),
        done="该单位不再承办。",
        context={"assignment": assignment},
    )


@login_required
@require_http_methods(["GET", "POST"])
def allow_late_return(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Let a unit ask to be relieved although its days are over."""
    assignment = _assignment(request, assignment_id)
    rule = partial(rules.may_allow_late_return, on=request.today)
    require(rule, request.actor, assignment)
    return deed_page(
        request,
        template="assignment/allow_late_return.html",
        case=assignment.suggestion,
        form=LateReturnForm(typed(request)),
        deed=partial(returns.allow_late_return, assignment.pk),
        done="已准予逾期申请调整。",
        context={"assignment": assignment},
    )


def _assignment(request: HttpRequest, assignment_id: int) -> Assignment:
    visible = Assignment.objects.visible_to(request.actor).select_related(*FOR_A_DEED)
    return get_object_or_404(visible, pk=assignment_id)
