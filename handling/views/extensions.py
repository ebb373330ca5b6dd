"""Pages about answering later."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.guard import require
from assignment.views.steps import deed_page, typed
from congress.profile import rules_for
from handling.forms.extensions import AskExtensionForm, DecideExtensionForm, GiveViewForm
from handling.rules import extensions as rules
from handling.services import extensions as services
from handling.views.finding import assignment_of, request_of


@login_required
@require_http_methods(["GET", "POST"])
def ask_extension(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = assignment_of(request, assignment_id)
    require(rules.may_ask_extension, request.actor, assignment)
    return deed_page(
        request,
        template="handling/ask_extension.html",
        case=assignment.suggestion,
        form=AskExtensionForm(typed(request)),
        deed=partial(services.ask_extension, assignment.pk),
        done="已提交延期申请。",
        context={"assignment": assignment, "latest": services.latest_day(assignment)},
    )


@login_required
@require_http_methods(["GET", "POST"])
def give_view(request: HttpRequest, request_id: int) -> HttpResponse:
    asked = request_of(request, request_id)
    require(rules.may_give_view, request.actor, asked)
    return deed_page(
        request,
        template="handling/give_view.html",
        case=asked.assignment.suggestion,
        form=GiveViewForm(typed(request)),
        deed=partial(services.give_view, asked.pk),
        done="已提出意见。",
        context={"asked": asked},
    )


@login_required
@require_http_methods(["GET", "POST"])
def decide_extension(request: HttpRequest, request_id: int) -> HttpResponse:
    asked = request_of(request, request_id)
    local = rules_for(asked.assignment.suggestion.congress, on=request.today)
    require(rules.may_decide_extension, request.actor, asked, local)
    return deed_page(
        request,
        template="handling/decide_extension.html",
        case=asked.assignment.suggestion,
        form=DecideExtensionForm(typed(request)),
        deed=partial(services.decide_extension, asked.pk),
        done="已决定，并告知承办单位和代表。",
        context={"asked": asked},
    )
