"""Files of a case: adding, taking off, reading; and the print of the original text."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guard import require
from accounts.models import Role
from common.documents import pdf
from common.htmx import go_to, render_page
from common.refusals import Refusal
from common.uploads.downloads import download_headers
from suggestions import attachments, rules
from suggestions.forms.deeds import PaperForm
from suggestions.models import Attachment, Suggestion
from suggestions.selectors.printing import printed
from suggestions.services import papers as services


@login_required
@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request), pk=case_id)
    require(rules.may_edit, request.actor, case)
    posted = request.method == "POST"
    form = PaperForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        case=case,
        by_proxy=request.actor.role != Role.DEPUTY,
    )
    if form.is_valid():
        try:
            kept = services.add(
                case.pk,
                form.cleaned_data["upload"],
                purpose=form.cleaned_data["purpose"],
                by=request.actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("upload", str(refusal))
        else:
            messages.success(request, f"已上传“{kept.name}”。")
            return go_to(request, "suggestions:papers", case.pk)
    kept_files = list(case.attachments.order_by("pk"))
    context = {"case": case, "form": form, "files": kept_files}
    return render_page(request, "suggestions/papers.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def detach(request: HttpRequest, attachment_id: int) -> HttpResponse:
    kept = get_object_or_404(
        Attachment.objects.visible_to(request.actor).select_related("suggestion"), pk=attachment_id
    )
    case = kept.suggestion
    require(rules.may_edit, request.actor, case)
    error = ""
    if request.method == "POST":
        try:
            services.remove(kept.pk, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"已删除“{kept.name}”。")
            return go_to(request, "suggestions:papers", case.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else None
    context = {"case": case, "file": kept, "error": error}
    return render_page(request, "suggestions/detach.html", context, status=status)


@login_required
@require_safe
def attachment(request: HttpRequest, attachment_id: int) -> FileResponse:
    kept = get_object_or_404(Attachment.objects.visible_to(request.actor), pk=attachment_id)
    attachments.note_reading(kept, by=request.actor, at=timezone.now())
    response = FileResponse(kept.file.open("rb"))
    # Afterwards: given at once, Django would guess type and name anew from the random name.
    for header, value in download_headers(kept.name, kept.content_type).items():
        response[header] = value
    return response


@login_required
@require_safe
@never_cache
def print_original(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request), pk=case_id)
    page = pdf("suggestion.typ", printed(case, request.actor, on=request.today))
    name = f"{case.number_text or '建议原文'}.pdf"
    return HttpResponse(
        page,
        content_type="application/pdf",
        headers={"Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}"},
    )


def _cases(request: HttpRequest) -> QuerySet[Suggestion]:
    return Suggestion.objects.visible_to(request.actor).select_related(
        "lead_deputy__delegation", "delegation", "category", "origin", "congress", "session"
    )
