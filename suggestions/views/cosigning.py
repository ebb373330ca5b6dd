"""Co-signing: inviting, answering, and signatures on paper."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guard import require
from common.htmx import go_to, render_page
from common.refusals import Refusal
from congress.models import Deputy
from suggestions import rules, selectors
from suggestions.forms.deeds import DeputiesForm, SignaturesForm
from suggestions.models import CoSigner, Suggestion
from suggestions.selectors import pages
from suggestions.services import cosigning, signatures
from suggestions.stages import Stage

_WORD = 40


@login_required
@require_http_methods(["GET", "POST"])
def cosigners(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request), pk=case_id)
    require(rules.may_edit, request.actor, case)
    may_invite = rules.may_invite(request.actor, case)
    form = DeputiesForm(request.POST if _decides(request) else None, found=_same_term(case))
    if form.is_valid():
        try:
            asked = cosigning.invite(
                case.pk, form.cleaned_data["deputies"], by=request.actor, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已邀请{len(asked)}位代表联名，等待他们确认。")
            return go_to(request, "suggestions:cosigners", case.pk)
    context = {
        "case": case,
        "form": form,
        "signers": pages.signers_of(case),
        "may_invite": may_invite,
        "may_record": rules.may_record_signatures(request.actor, case),
        **_choices(request, case),
    }
    return render_page(request, "suggestions/cosigners.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def uninvite(request: HttpRequest, cosigner_id: int) -> HttpResponse:
    row = get_object_or_404(_rows(request), pk=cosigner_id)
    case = row.suggestion
    require(rules.may_edit, request.actor, case)
    error = ""
    if request.method == "POST":
        try:
            cosigning.uninvite(row.pk, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"已取消对{row.deputy}的邀请。")
            return go_to(request, "suggestions:cosigners", case.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else None
    context = {"case": case, "row": row, "error": error}
    return render_page(request, "suggestions/uninvite.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def cosign(request: HttpRequest, cosigner_id: int) -> HttpResponse:
    row = get_object_or_404(_rows(request), pk=cosigner_id)
    case = row.suggestion
    require(rules.is_asked, request.actor, row)
    error = ""
    if request.method == "POST":
        try:
            told = _answer(request, row)
        except Refusal as refusal:
            error = str(refusal)
        else:
            messages.success(request, told)
            return go_to(request, "suggestions:cosign_requests")
    context = {
        "case": case,
        "row": row,
        "items": list(case.items.all()),
        "mark": selectors.text_mark(case),
        "may_answer": rules.may_answer_invitation(request.actor, row),
        "error": error,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else None
    return render_page(request, "suggestions/cosign.html", context, status=status)


@login_required
@require_GET
def cosign_requests(request: HttpRequest) -> HttpResponse:
    require(rules.is_deputy, request.actor)
    context = {
        "invitations": pages.invitations(request.actor),
        "consents": pages.consents_waiting(request.actor),
    }
    return render_page(request, "suggestions/cosign_requests.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def record_signatures(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request), pk=case_id)
    require(rules.may_record_signatures, request.actor, case)
    decides = _decides(request)
    form = SignaturesForm(
        request.POST if decides else None,
        request.FILES if decides else None,
        found=_same_term(case),
    )
    if form.is_valid():
        try:
            signatures.record_on_paper(
                case.pk,
                list(form.cleaned_data["deputies"]),
                form.cleaned_data["scan"],
                by=request.actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已录入纸质联名。")
            back = "suggestions:cosigners" if case.stage == Stage.DRAFT else "desk:case"
            return go_to(request, back, case.pk)
    invited = [row.deputy for row in pages.signers_of(case) if row.state == "invited"]
    context = {"case": case, "form": form, **_choices(request, case, first=invited)}
    return render_page(request, "suggestions/record_signatures.html", context)


def _decides(request: HttpRequest) -> bool:
    """Tell a decision from a search, which is sent by the same form so that ticks survive it."""
    return request.method == "POST" and "find" not in request.POST


def _choices(
    request: HttpRequest, case: Suggestion, *, first: Sequence[Deputy] = ()
) -> dict[str, object]:
    """Offer those already ticked, then ``first``, then those who match the search."""
    query = request.POST.get("q", "").strip()[:_WORD]
    ticked = [pk for pk in request.POST.getlist("deputies") if pk.isdecimal() and len(pk) < 19]
    picked = list(_same_term(case).filter(pk__in=ticked))
    offered = [*picked, *first, *selectors.deputies_to_invite(case, query=query)]
    found = list({deputy.pk: deputy for deputy in offered}.values())
    return {"found": found, "query": query, "ticked": ticked}


def _cases(request: HttpRequest) -> QuerySet[Suggestion]:
    return Suggestion.objects.visible_to(request.actor).select_related(
        "lead_deputy", "delegation", "congress"
    )


def _rows(request: HttpRequest) -> QuerySet[CoSigner]:
    return CoSigner.objects.filter(suggestion__in=_cases(request)).select_related(
        "deputy", "suggestion__lead_deputy", "suggestion__delegation", "suggestion__category"
    )


def _same_term(case: Suggestion) -> QuerySet[Deputy]:
    """Every deputy a form may name; who of them can sign is said by the service."""
    lead = case.lead_deputy
    if lead is None:
        return Deputy.objects.none()
    return Deputy.objects.filter(term_id=lead.term_id, is_active=True).select_related("delegation")


def _answer(request: HttpRequest, row: CoSigner) -> str:
    if request.POST.get("answer") == "no":
        cosigning.decline(row.pk, by=request.actor, at=timezone.now())
        return "已告知领衔代表：您不参加联名。"
    mark = request.POST.get("mark", "")
    cosigning.confirm(row.pk, mark=mark, by=request.actor, at=timezone.now())
    return "您已确认联名。"
