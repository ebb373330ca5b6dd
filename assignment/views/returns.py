"""A unit asks to be relieved; an office decides."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.guard import require
from accounts.models import Membership
from assignment import rules
from assignment.forms.deeds import DecisionForm, ReturnForm, WhyForm
from assignment.models import Assignment, ReturnRequest
from assignment.selectors.receipts import FOR_A_DEED, WHO_EXTENDED
from assignment.services import returns as services
from assignment.views.steps import deed_page, typed
from congress.models import Office, Unit


@login_required
@require_http_methods(["GET", "POST"])
def ask_return(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Ask to be relieved of an item."""
    visible = Assignment.objects.visible_to(request.actor).select_related(*FOR_A_DEED)
    visible = visible.prefetch_related(*WHO_EXTENDED)
    assignment = get_object_or_404(visible, pk=assignment_id)
    require(rules.may_ask_return, request.actor, assignment)
    case = assignment.suggestion
    return deed_page(
        request,
        template="assignment/ask_return.html",
        case=case,
        form=ReturnForm(typed(request), congress=case.congress, own=assignment.unit),
        deed=partial(services.ask_return, assignment.pk),
        done="已提交调整申请，裁定前请继续承办。",
        context={"assignment": assignment},
    )


@login_required
@require_http_methods(["GET", "POST"])
def decide_return(request: HttpRequest, request_id: int) -> HttpResponse:
    """Grant or refuse a request to be relieved."""
    asked = _asked(request, request_id)
    require(rules.may_decide_return, request.actor, asked)
    case = asked.assignment.suggestion
    initial = {"to": asked.proposed_unit_id}
    return deed_page(
        request,
        template="assignment/decide_return.html",
        case=case,
        form=DecisionForm(typed(request), congress=case.congress, initial=initial),
        deed=partial(_decide, asked.pk),
        done="已作出裁定。",
        context={"asked": asked, "inside_system": _inside_system(asked)},
        # The office may have lost its grant with the unit.
        then="desk:inbox",
    )


@login_required
@require_http_methods(["GET", "POST"])
def hand_up_return(request: HttpRequest, request_id: int) -> HttpResponse:
    """Leave a request to 代表工委."""
    asked = _asked(request, request_id)
    require(rules.may_hand_up_return, request.actor, asked)
    return deed_page(
        request,
        template="assignment/hand_up_return.html",
        case=asked.assignment.suggestion,
        form=WhyForm(typed(request)),
        deed=partial(_hand_up, asked.pk),
        done="已提交代表工委裁定。",
        context={"asked": asked},
    )


def _asked(request: HttpRequest, request_id: int) -> ReturnRequest:
    visible = ReturnRequest.objects.visible_to(request.actor).select_related(
        "reason",
        "proposed_unit__system",
        "decider",
        "asked_by__user",
        "deadline",
        "assignment__unit__system",
        *(f"assignment__suggestion__{name}" for name in ["congress", "lead_deputy", "delegation"]),
    )
    return get_object_or_404(visible, pk=request_id)


def _inside_system(asked: ReturnRequest) -> bool:
    return asked.decider.kind == Office.Kind.SYSTEM_OFFICE


def _decide(
    request_id: int, *, outcome: str, to: Unit | None, note: str, by: Membership, at: datetime
) -> None:
    if outcome == ReturnRequest.Outcome.GRANTED:
        services.grant_return(request_id, to=to, note=note, by=by, at=at)
    else:
        services.refuse_return(request_id, note=note, by=by, at=at)


def _hand_up(request_id: int, *, why: str, by: Membership, at: datetime) -> None:
    services.hand_up_return(request_id, note=why, by=by, at=at)
