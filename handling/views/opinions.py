"""Pages about opinions of supporting units."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guard import require
from assignment.views.steps import deed_page, typed
from common.uploads.downloads import download_headers
from handling.forms.opinions import OpinionForm, SendBackOpinionForm
from handling.rules import opinions as rules
from handling.services import opinions as services
from handling.views.finding import assignment_of, files, opinion_of
from suggestions.attachments import note_reading


@login_required
@require_http_methods(["GET", "POST"])
def submit_opinion(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = assignment_of(request, assignment_id)
    require(rules.may_submit_opinion, request.actor, assignment)
    sent_back = assignment.opinions.filter(state="sent_back").order_by("-pk").first()
    return deed_page(
        request,
        template="handling/submit_opinion.html",
        case=assignment.suggestion,
        form=OpinionForm(typed(request), files(request)),
        deed=partial(services.submit_opinion, assignment.pk),
        done="已提交协办意见。",
        context={
            "assignment": assignment,
            "sent_back": sent_back,
            "items": assignment.suggestion.items.order_by("number"),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def send_back_opinion(request: HttpRequest, opinion_id: int) -> HttpResponse:
    opinion = opinion_of(request, opinion_id)
    require(rules.may_send_back_opinion, request.actor, opinion)
    return deed_page(
        request,
        template="handling/send_back_opinion.html",
        case=opinion.assignment.suggestion,
        form=SendBackOpinionForm(typed(request)),
        deed=partial(services.send_back_opinion, opinion.pk),
        done="已退回，协办单位将在期限内重提。",
        context={"opinion": opinion},
    )


@login_required
@require_safe
@never_cache
def opinion_paper(request: HttpRequest, opinion_id: int) -> FileResponse:
    # The lead unit reads another unit's paper here; its audience would hide it elsewhere.
    paper = opinion_of(request, opinion_id).attachment
    if paper is None:
        raise Http404
    note_reading(paper, by=request.actor, at=timezone.now())
    response = FileResponse(paper.file.open("rb"))
    # Afterwards: given at once, Django would guess type and name anew from the random name.
    for header, value in download_headers(paper.name, paper.content_type).items():
        response[header] = value
    return response
