"""Withdrawing a filed suggestion, and what co-signers say to it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.guard import require
from accounts.models import Role
from common.htmx import go_to, render_page
from common.refusals import Refusal
from suggestions import rules
from suggestions.forms.deeds import ConsentForm, WithdrawForm
from suggestions.models import Suggestion, Withdrawal, WithdrawalConsent
from suggestions.selectors import pages
from suggestions.services import withdrawing


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request), pk=case_id)
    require(rules.may_withdraw, request.actor, case)
    posted = request.method == "POST"
    form = WithdrawForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        on_paper=request.actor.role != Role.DEPUTY,
    )
    if form.is_valid():
        try:
            asked = withdrawing.ask(
                case.pk, by=request.actor, at=timezone.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _told(asked))
            return go_to(request, "desk:case", case.pk)
    context = {
        "case": case,
        "form": form,
        "waiting": pages.open_withdrawal(case),
        "signers": [row for row in pages.signers_of(case) if row.state == "confirmed"],
        "all_must_agree": rules.withdrawal_needs_all(case),
    }
    return render_page(request, "suggestions/withdraw.html", context, part="form")


@login_required
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, consent_id: int) -> HttpResponse:
    visible = WithdrawalConsent.objects.filter(withdrawal__suggestion__in=_cases(request))
    asked = get_object_or_404(
        visible.select_related(
            "cosigner__deputy",
            "withdrawal__suggestion__lead_deputy__contact_group",
            "withdrawal__suggestion__delegation",
        ),
        pk=consent_id,
    )
    require(rules.may_see_consent, request.actor, asked)
    posted = request.method == "POST"
    form = ConsentForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        on_paper=request.actor.role != Role.DEPUTY,
    )
    if form.is_valid():
        try:
            withdrawing.answer(asked.pk, by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已记录对撤回的意见。")
            return go_to(request, "desk:case", asked.withdrawal.suggestion_id)
    context = {
        "case": asked.withdrawal.suggestion,
        "consent": asked,
        "form": form,
        "may_answer": rules.may_consent(request.actor, asked),
    }
    return render_page(request, "suggestions/consent.html", context, part="form")


@login_required
@require_http_methods(["GET", "POST"])
def cancel_withdrawal(request: HttpRequest, withdrawal_id: int) -> HttpResponse:
    visible = Withdrawal.objects.filter(suggestion__in=_cases(request))
    asked = get_object_or_404(
        visible.select_related("suggestion__lead_deputy", "suggestion__delegation"),
        pk=withdrawal_id,
    )
    require(rules.may_cancel_withdrawal, request.actor, asked)
    error = ""
    if request.method == "POST":
        try:
            withdrawing.cancel(asked.pk, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            error = str(refusal)
        else:
            messages.success(request, "已取消撤回申请，建议继续办理。")
            return go_to(request, "desk:case", asked.suggestion_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else None
    context = {"case": asked.suggestion, "withdrawal": asked, "error": error}
    return render_page(request, "suggestions/cancel_withdrawal.html", context, status=status)


def _cases(request: HttpRequest) -> QuerySet[Suggestion]:
    return Suggestion.objects.visible_to(request.actor).select_related(
        "lead_deputy__contact_group", "delegation", "congress"
    )


def _told(asked: Withdrawal) -> str:
    if asked.state == Withdrawal.State.DONE:
        return "建议已撤回，办理终止。"
    return "撤回申请已提出。全体联名代表同意后即撤回。"
