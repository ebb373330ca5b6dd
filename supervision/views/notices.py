"""Notices to units: the list, one notice, and each deed on it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guard import require
from assignment.views.assigning import FOR_A_DEED
from assignment.views.steps import deed_page, typed
from common import documents, workdays
from common.htmx import go_to, render_page
from common.listing import make_listing
from common.refusals import Refusal
from common.uploads.downloads import download_headers
from congress.calendars import working_calendar
from congress.profile import rules_for
from suggestions.models.deadline import WHO_EXTENDED
from supervision import rules
from supervision.filters import NoticeFilter
from supervision.forms.deeds import DropNoticeForm, NoticeAnswerForm, NoticeForm
from supervision.models import SupervisionNotice
from supervision.selectors import notices as selectors
from supervision.services import notice_papers
from supervision.services.notice_drafts import draft_text

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """List the notices in the actor's scope."""
    require(rules.may_oversee, request.actor)
    listing = make_listing(
        request.GET,
        selectors.listed_notices(request.actor),
        filters=NoticeFilter,
        headings=selectors.HEADINGS,
        default_sort="-number",
        rows=selectors.as_rows,
        filter_context={"request": request, "on": request.today},
    )
    context = {
        "listing": listing,
        "counts": selectors.notice_counts(request.actor, on=request.today),
        "may_release": rules.may_read_digests(request.actor),
    }
    return render_page(request, "supervision/notices.html", context, part="results")


@login_required
@require_GET
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show one notice with the unit's answer."""
    found = _notice(request, notice_id)
    context = {
        "notice": found,
        "case": found.assignment.suggestion,
        "may_release": rules.may_release_notice(request.actor, found),
        "may_answer": rules.may_answer_notice(request.actor, found),
    }
    return render_page(request, "supervision/notice.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def release_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Look at a draft, correct it, and release it or keep it for a colleague."""
    found = _notice(request, notice_id)
    require(rules.may_release_notice, request.actor, found)
    form = NoticeForm(typed(request), initial=_proposal(request, found))
    if form.is_bound and form.is_valid():
        keeps = "keep" in request.POST
        deed = notice_papers.edit_notice if keeps else notice_papers.release_notice
        try:
            deed(found.pk, by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            done = "修改已保存，尚未签发。" if keeps else "已签发，承办单位已收到通知。"
            messages.success(request, done)
            return go_to(request, found)
    context = {"notice": found, "case": found.assignment.suggestion, "form": form}
    return render_page(request, "supervision/release_notice.html", context, part="form")


@login_required
@require_http_methods(["GET", "POST"])
def drop_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Put a draft aside."""
    found = _notice(request, notice_id)
    require(rules.may_release_notice, request.actor, found)
    return deed_page(
        request,
        template="supervision/drop_notice.html",
        case=found.assignment.suggestion,
        form=DropNoticeForm(typed(request)),
        deed=partial(notice_papers.drop_notice, found.pk),
        done="已记录，不再签发这份督办通知单。",
        context={"notice": found},
        then="supervision:notices",
    )


@login_required
@require_http_methods(["GET", "POST"])
def answer_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Say what one's unit does about it."""
    found = _notice(request, notice_id)
    require(rules.may_answer_notice, request.actor, found)
    return deed_page(
        request,
        template="supervision/answer_notice.html",
        case=found.assignment.suggestion,
        form=NoticeAnswerForm(typed(request)),
        deed=partial(notice_papers.answer_notice, found.pk),
        done="已回应，签发机关已收到通知。",
        context={"notice": found},
    )


@login_required
@require_GET
@never_cache
def print_notice(request: HttpRequest, notice_id: int, kind: str) -> HttpResponse:
    """Give a released notice as Word file or PDF."""
    found = _notice(request, notice_id)
    if found.state != SupervisionNotice.State.RELEASED or kind not in {"docx", "pdf"}:
        raise Http404
    content = selectors.paper_of(found)
    if kind == "docx":
        made, content_type = documents.docx("letter.docx", content), DOCX
    else:
        made = documents.pdf("letter.typ", content, at=found.released_at)
        content_type = "application/pdf"
    name = f"{found.number_text}.{kind}"
    return HttpResponse(made, headers=download_headers(name, content_type))


def _notice(request: HttpRequest, notice_id: int) -> SupervisionNotice:
    visible = selectors.as_rows(SupervisionNotice.objects.visible_to(request.actor))
    visible = visible.select_related(
        "congress", *(f"assignment__suggestion__{name}" for name in FOR_A_DEED)
    )
    who = (f"deadline__{path}" for path in WHO_EXTENDED)
    return get_object_or_404(visible.prefetch_related(*who), pk=notice_id)


def _proposal(request: HttpRequest, found: SupervisionNotice) -> dict[str, object]:
    """Propose the words of the draft, as of today, and a day some working days from now."""
    days = rules_for(found.congress, on=request.today).notice_answer_workdays
    proposed = workdays.next_workday(request.today, working_calendar(), days)
    kept = found.answer_by if found.answer_by and found.answer_by >= request.today else None
    text = found.text if found.edited_at else draft_text(found.deadline, on=request.today)
    return {"text": text, "answer_by": kept or proposed}
