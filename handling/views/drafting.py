"""Pages on which a unit writes, checks, sends and issues its reply."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import require
from assignment.views.steps import deed_page, typed
from common import documents
from common.htmx import go_to, render_page
from common.refusals import Refusal
from common.uploads.downloads import download_headers
from congress.profile import rules_for
from congress.words import words_of
from handling.forms.drafts import DraftForm, take_over
from handling.forms.replies import IssueForm, SendBackDraftForm, SendForm
from handling.models import Consultation, Opinion, Reply
from handling.rules import replies as rules
from handling.rules.slips import slips_in
from handling.selectors import letter as letters
from handling.selectors.likeness import earlier_for
from handling.services import consultations, issuing
from handling.services import replies as services
from handling.services.gates import missing_opinions
from handling.views.finding import assignment_of, files, reply_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _begun(assignment: Any) -> Reply | None:
    rows = Reply.objects.filter(assignment=assignment, round=assignment.suggestion.round)
    reply = rows.select_related("claimed_class", "saved_by__user").first()
    if reply is not None:
        reply.assignment = assignment
    return reply


@login_required
@require_http_methods(["GET", "POST"])
def draft_reply(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = assignment_of(request, assignment_id)
    require(rules.may_draft_reply, request.actor, assignment)
    reply = _begun(assignment)

    newer: list[tuple[str, str]] = []
    form = DraftForm(typed(request), assignment=assignment, reply=reply)
    if form.is_bound and form.is_valid():
        try:
            saved = services.save_draft(
                assignment.pk,
                form.draft(),
                version=form.cleaned_data["draft_version"] or 0,
                page=form.cleaned_data["page"],
                by=request.actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, services.DraftHasChanged):
                reply = _begun(assignment)
                newer = take_over(form, assignment, reply)
        else:
            return _after_saving(request, saved)
    case = assignment.suggestion
    context = {
        "case": case,
        "assignment": assignment,
        "reply": reply,
        "form": form,
        "newer": newer,
        "classes": form.fields["claimed_class"].queryset,
        "opinions": Opinion.objects.visible_to(request.actor)
        .standing()
        .filter(assignment__suggestion=case, round=case.round)
        .select_related("assignment__unit"),
        "missing": missing_opinions(assignment),
        "earlier": earlier_for(assignment, reply),
        "last_view": Consultation.objects.filter(reply=reply).order_by("-pk").first(),
    }
    return render_page(request, "handling/draft_reply.html", context, part="form")


def _after_saving(request: HttpRequest, reply: Reply) -> HttpResponse:
    if "send" not in request.POST:
        messages.success(request, "草稿已保存。")
        return go_to(request, "handling:draft_reply", reply.assignment_id)
    inside = reply.assignment.unit.signs_inside
    return go_to(request, "handling:send_to_check" if inside else "handling:consult", reply.pk)


@login_required
@require_POST
def autosave_reply(request: HttpRequest, assignment_id: int) -> HttpResponse:
    assignment = assignment_of(request, assignment_id)
    require(rules.may_draft_reply, request.actor, assignment)
    form = DraftForm(request.POST, assignment=assignment, reply=_begun(assignment))
    if not form.is_valid():
        return JsonResponse({"message": "有日期或选项填写不完整，暂未保存。"}, status=422)
    now = timezone.now()
    try:
        reply = services.save_draft(
            assignment.pk,
            form.draft(),
            version=form.cleaned_data["draft_version"] or 0,
            page=form.cleaned_data["page"],
            by=request.actor,
            at=now,
        )
    except services.DraftHasChanged:
        message = "同事保存了新的版本，自动保存已暂停。按“保存草稿”可以看到两份内容。"
        return JsonResponse({"message": message}, status=409)
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal)}, status=409)
    return JsonResponse({"version": reply.version, "saved_at": f"{timezone.localtime(now):%H:%M}"})


def _send_page(
    request: HttpRequest, reply: Reply, *, deed: Callable[..., Any], done: str, step: str
) -> HttpResponse:
    day = request.today
    return deed_page(
        request,
        template="handling/send_reply.html",
        case=reply.assignment.suggestion,
        form=SendForm(
            typed(request), initial={"without_opinion_reason": reply.without_opinion_reason}
        ),
        deed=deed,
        done=done,
        context={
            "reply": reply,
            "assignment": reply.assignment,
            "step": step,
            "slips": slips_in(letters.sheet_of(reply), on=day),
            "paragraphs": letters.text_of(reply).splitlines(),
            "missing": missing_opinions(reply.assignment),
            "consults": rules_for(reply.assignment.suggestion.congress, on=day).pre_reply_consult,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def send_to_check(request: HttpRequest, reply_id: int) -> HttpResponse:
    reply = reply_of(request, reply_id)
    require(rules.may_send_to_check, request.actor, reply)
    deed = partial(services.send_to_check, reply.pk)
    return _send_page(request, reply, deed=deed, done="已送核稿。", step="check")


@login_required
@require_http_methods(["GET", "POST"])
def consult(request: HttpRequest, reply_id: int) -> HttpResponse:
    reply = reply_of(request, reply_id)
    require(rules.may_consult, request.actor, reply)
    deed = partial(consultations.consult, reply.pk)
    return _send_page(request, reply, deed=deed, done="已送出。", step="consult")


@login_required
@require_http_methods(["GET", "POST"])
def send_back_draft(request: HttpRequest, reply_id: int) -> HttpResponse:
    reply = reply_of(request, reply_id)
    require(rules.may_send_back_draft, request.actor, reply)
    return deed_page(
        request,
        template="handling/send_back_draft.html",
        case=reply.assignment.suggestion,
        form=SendBackDraftForm(typed(request)),
        deed=partial(services.send_back_draft, reply.pk),
        done="已退回修改。",
        context={"reply": reply, "paragraphs": letters.text_of(reply).splitlines()},
    )


@login_required
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, reply_id: int) -> HttpResponse:
    reply = reply_of(request, reply_id)
    require(rules.may_issue, request.actor, reply)
    case, unit = reply.assignment.suggestion, reply.assignment.unit
    local = rules_for(case.congress, on=request.today)
    initial: dict[str, Any] = {
        "signed_on": request.today,
        "without_opinion_reason": reply.without_opinion_reason,
    }
    if unit.signs_inside:
        initial["signer"] = request.actor.user.name
    form = IssueForm(
        typed(request),
        files(request),
        level=local.sign_level.label,
        inside=unit.signs_inside,
        initial=initial,
    )
    return deed_page(
        request,
        template="handling/issue.html",
        case=case,
        form=form,
        deed=partial(issuing.issue, reply.pk),
        done="答复已签发并送达代表。",
        context={
            "reply": reply,
            "inside": unit.signs_inside,
            "paragraphs": letters.text_of(reply).splitlines(),
            "recipients": issuing.recipients_of(case, local),
            "missing": missing_opinions(reply.assignment),
        },
    )


@login_required
@require_safe
@never_cache
def letter(request: HttpRequest, reply_id: int, kind: str) -> HttpResponse:
    reply = reply_of(request, reply_id)
    require(rules.may_export_letter, request.actor, reply)
    case = reply.assignment.suggestion
    content = letters.letter_of(
        reply,
        rules=rules_for(case.congress, on=request.today),
        words=words_of(case.congress),
        on=request.today,
    )
    name = f"{case.number_text}答复函.{kind}"
    if kind == "docx":
        return _download(documents.docx("letter.docx", content), DOCX, name)
    if kind == "pdf":
        made = documents.pdf("letter.typ", content, at=timezone.now())
        return _download(made, "application/pdf", name)
    raise Http404


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(content, headers=download_headers(name, content_type))
