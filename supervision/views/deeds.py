"""One deed of supervision a page."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.guard import require
from accounts.models import Membership
from assignment.forms.deeds import WhyForm
from assignment.views.assigning import FOR_A_DEED
from assignment.views.steps import deed_page, typed
from common.htmx import go_to, render_page
from suggestions.models import Suggestion
from supervision import rules
from supervision.forms.deeds import (
    AnswerForm,
    ChangeForm,
    ChargeForm,
    GradeForm,
    LogForm,
    UrgeUnitsForm,
)
from supervision.models import KeyCase, Urging
from supervision.selectors.panel import urgeable
from supervision.services import grading, key_cases, urging
from supervision.views.overview import tell


@login_required
@require_http_methods(["GET", "POST"])
def designate(request: HttpRequest, case_id: int) -> HttpResponse:
    """Enter a case as a key suggestion."""
    case = _case(request, case_id)
    require(rules.may_designate, request.actor, case)
    form = ChargeForm(typed(request), congress=case.congress)

    def deed(*, by: Membership, at: datetime, **_: Any) -> None:
        key_cases.designate(case.pk, charge=form.charge(), by=by, at=at)

    return deed_page(
        request,
        template="supervision/designate.html",
        case=case,
        form=form,
        deed=deed,
        done="已确定为重点督办建议。",
    )


@login_required
@require_http_methods(["GET", "POST"])
def change_charge(request: HttpRequest, key_case_id: int) -> HttpResponse:
    """Give a key suggestion other leaders."""
    key_case = _key_case(request, key_case_id)
    require(rules.may_change_key_case, request.actor, key_case)
    case = key_case.suggestion
    initial = ChangeForm.initial_of(key_case)
    form = ChangeForm(typed(request), congress=case.congress, initial=initial)

    def deed(*, by: Membership, at: datetime, why: str, **_: Any) -> None:
        key_cases.change_charge(key_case.pk, charge=form.charge(), why=why, by=by, at=at)

    return deed_page(
        request,
        template="supervision/change_charge.html",
        case=case,
        form=form,
        deed=deed,
        done="督办责任已调整，此前的责任人记录保留。",
        context={"key_case": key_case},
    )


@login_required
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, key_case_id: int) -> HttpResponse:
    """Take a case off the list of key suggestions."""
    key_case = _key_case(request, key_case_id)
    require(rules.may_change_key_case, request.actor, key_case)
    return deed_page(
        request,
        template="supervision/remove.html",
        case=key_case.suggestion,
        form=WhyForm(typed(request)),
        deed=partial(key_cases.remove, key_case.pk),
        done="已不再列为重点督办建议。",
        context={"key_case": key_case},
    )


@login_required
@require_http_methods(["GET", "POST"])
def add_log(request: HttpRequest, key_case_id: int) -> HttpResponse:
    """Add to the log of a key suggestion."""
    key_case = _key_case(request, key_case_id)
    require(rules.may_log, request.actor, key_case)
    bound = typed(request)
    form = LogForm(bound, request.FILES if bound else None, initial={"happened_on": request.today})
    return deed_page(
        request,
        template="supervision/add_log.html",
        case=key_case.suggestion,
        form=form,
        deed=partial(key_cases.add_log, key_case.pk),
        done="已记录。",
        context={"key_case": key_case},
    )


@login_required
@require_http_methods(["GET", "POST"])
def grade(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give a case its grade and leading official."""
    case = _case(request, case_id)
    require(rules.may_grade, request.actor, case)
    initial = {"grade": case.grade_id, "led_by": case.led_by_id}
    return deed_page(
        request,
        template="supervision/grade.html",
        case=case,
        form=GradeForm(typed(request), congress=case.congress, initial=initial),
        deed=partial(grading.grade, case.pk),
        done="分级和领办领导已更新。",
    )


@login_required
@require_http_methods(["GET", "POST"])
def urge(request: HttpRequest, case_id: int) -> HttpResponse:
    """Urge units of one case."""
    case = _case(request, case_id)
    assignments = urgeable(request.actor, case)
    require(lambda actor: rules.may_urge_many(actor) and bool(assignments), request.actor)
    form = UrgeUnitsForm(typed(request), assignments=assignments)
    if form.is_valid():
        ids = [int(pk) for pk in form.cleaned_data.pop("units")]
        results = urging.urge_many(ids, by=request.actor, at=timezone.now(), **form.cleaned_data)
        refused = [result.refusal for result in results if result.refusal]
        if len(refused) < len(results):
            tell(request, results)
            return go_to(request, case)
        for sentence in refused:
            form.add_error(None, sentence)
    return render_page(request, "supervision/urge.html", {"case": case, "form": form}, part="form")


@login_required
@require_http_methods(["GET", "POST"])
def answer_urging(request: HttpRequest, urging_id: int) -> HttpResponse:
    """Say how one's unit stands."""
    visible = Urging.objects.visible_to(request.actor).select_related(
        "by__user",
        "assignment__unit",
        *(f"assignment__suggestion__{name}" for name in FOR_A_DEED),
    )
    urged = get_object_or_404(visible, pk=urging_id)
    require(rules.may_answer_urging, request.actor, urged)
    return deed_page(
        request,
        template="supervision/answer_urging.html",
        case=urged.assignment.suggestion,
        form=AnswerForm(typed(request)),
        deed=partial(urging.answer_urging, urged.pk),
        done="已反馈，催办人已收到通知。",
        context={"urging": urged},
    )


def _case(request: HttpRequest, case_id: int) -> Suggestion:
    visible = Suggestion.objects.visible_to(request.actor).select_related(
        *FOR_A_DEED, "grade", "led_by"
    )
    return get_object_or_404(visible, pk=case_id)


def _key_case(request: HttpRequest, key_case_id: int) -> KeyCase:
    visible = KeyCase.objects.visible_to(request.actor).select_related(
        "leader", "committee", "category", *(f"suggestion__{name}" for name in FOR_A_DEED)
    )
    return get_object_or_404(visible, pk=key_case_id)
