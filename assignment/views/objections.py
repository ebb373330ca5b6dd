"""A deputy objects to a hand-over; 代表工委 answers."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.guard import require
from assignment import rules
from assignment.forms.deeds import AnswerForm, ObjectionForm
from assignment.models import Objection
from assignment.services import objections as services
from assignment.views.assigning import FOR_A_DEED
from assignment.views.steps import deed_page, typed
from suggestions.models import Suggestion


@login_required
@require_http_methods(["GET", "POST"])
def object_to_units(request: HttpRequest, case_id: int) -> HttpResponse:
    """Say that other units should have the case."""
    visible = Suggestion.objects.visible_to(request.actor).select_related(*FOR_A_DEED)
    case = get_object_or_404(visible, pk=case_id)
    require(partial(rules.may_object, on=request.today), request.actor, case)
    return deed_page(
        request,
        template="assignment/object_to_units.html",
        case=case,
        form=ObjectionForm(typed(request)),
        deed=partial(services.object_to_units, case.pk),
        done="您的意见已送代表工委，研究后会答复您。",
    )


@login_required
@require_http_methods(["GET", "POST"])
def answer_objection(request: HttpRequest, objection_id: int) -> HttpResponse:
    """Answer what a deputy said against a hand-over."""
    visible = Objection.objects.visible_to(request.actor).select_related(
        "by__user", *(f"suggestion__{name}" for name in FOR_A_DEED)
    )
    objection = get_object_or_404(visible, pk=objection_id)
    require(rules.may_answer_objection, request.actor, objection)
    return deed_page(
        request,
        template="assignment/answer_objection.html",
        case=objection.suggestion,
        form=AnswerForm(typed(request)),
        deed=partial(services.answer_objection, objection.pk),
        done="已答复代表。",
        context={"objection": objection},
    )
