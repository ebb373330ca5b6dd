"""Pages about talks: the unit's record, the deputy's word, the check by 代表工委."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guard import require
from assignment.rules import is_of_a_unit
from assignment.views.steps import deed_page, typed
from common.forms import PageForm
from common.htmx import render_page
from common.listing import make_listing
from handling.filters import MeetingFilter
from handling.forms.talks import AnswerTalkForm, AttemptForm, TalkForm
from handling.rules import talks as rules
from handling.selectors import meetings as selectors
from handling.services import attempts
from handling.services import talks as services
from handling.views.finding import assignment_of, files, talk_of


@login_required
@require_http_methods(["GET", "POST"])
def record_talk(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = assignment_of(request, assignment_id)
    require(rules.may_record_talk, request.actor, assignment)
    initial = {"talked_on": request.today, "phase": "during"}
    return deed_page(
        request,
        template="handling/record_talk.html",
        case=assignment.suggestion,
        form=TalkForm(typed(request), files(request), assignment=assignment, initial=initial),
        deed=partial(services.record_talk, assignment.pk),
        done="已记录沟通情况。",
        context={
            "assignment": assignment,
            "share": selectors.meeting_share(request.actor, on=request.today),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def record_attempt(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = assignment_of(request, assignment_id)
    require(rules.may_record_talk, request.actor, assignment)
    initial = {"talked_on": request.today}
    return deed_page(
        request,
        template="handling/record_attempt.html",
        case=assignment.suggestion,
        form=AttemptForm(typed(request), initial=initial),
        deed=partial(attempts.record_attempt, assignment.pk),
        done="已记录，等待代表工委核实。",
        context={"assignment": assignment},
    )


@login_required
@require_http_methods(["GET", "POST"])
def answer_talk(request: HttpRequest, talk_id: int) -> HttpResponse:
    talk = talk_of(request, talk_id)
    require(rules.may_answer_talk, request.actor, talk)

    def answer(*, answer: str, reason: str, **who: Any) -> None:
        if answer == "confirm":
            services.confirm_talk(talk.pk, **who)
        else:
            services.dispute_talk(talk.pk, reason=reason, **who)

    return deed_page(
        request,
        template="handling/answer_talk.html",
        case=talk.assignment.suggestion,
        form=AnswerTalkForm(typed(request)),
        deed=answer,
        done="已记下您的意见。",
        context={"talk": talk},
    )


@login_required
@require_http_methods(["GET", "POST"])
def confirm_attempt(request: HttpRequest, talk_id: int) -> HttpResponse:
    talk = talk_of(request, talk_id)
    require(rules.may_confirm_attempt, request.actor, talk)
    return deed_page(
        request,
        template="handling/confirm_attempt.html",
        case=talk.assignment.suggestion,
        form=PageForm(typed(request)),
        deed=partial(attempts.confirm_attempt, talk.pk),
        done="已核实。",
        context={"talk": talk},
    )


@login_required
@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    require(is_of_a_unit, request.actor)
    listing = make_listing(
        request.GET,
        selectors.receipts_to_meet(request.actor),
        filters=MeetingFilter,
        headings=selectors.HEADINGS,
        default_sort="met",
        rows=selectors.as_rows,
    )
    share = selectors.meeting_share(request.actor, on=request.today)
    context = {"listing": listing, "share": share}
    return render_page(request, "handling/meetings.html", context, part="results")
