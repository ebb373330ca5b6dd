"""Judging, releasing, deciding: each deed has its page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts import identity
from accounts.guard import require
from accounts.models import Role
from common.htmx import go_to, render_page
from common.refusals import Refusal
from evaluation import forms, rules, selectors
from evaluation.models import Verdict
from evaluation.services import closing, verdicts
from suggestions.models import Suggestion

_UNPROCESSABLE = 422


def _case(request: HttpRequest, suggestion_id: int) -> Suggestion:
    cases = Suggestion.objects.visible_to(request.actor)
    return get_object_or_404(
        cases.select_related("congress", "session", "lead_deputy", "delegation"), pk=suggestion_id
    )


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    require(rules.may_read_overview, request.actor)
    found = selectors.overview(request.actor, timezone.now())
    return render_page(request, "evaluation/overview.html", found)


@login_required
@require_http_methods(["GET", "POST"])
def judge(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    case = _case(request, suggestion_id)
    require(rules.may_judge, request.actor, case)
    receipts = selectors.receipts_to_judge(case)
    filled = forms.JudgementForms(
        [each.assignment for each in receipts], case.congress, request.POST or None
    )
    context = {"case": case, "receipts": receipts, "filled": filled, "form": filled.overall}
    step = request.POST.get("step", "")
    if not receipts or not request.POST or not filled.is_valid() or step == "edit":
        status = _UNPROCESSABLE if request.POST and step != "edit" else 200
        return render_page(request, "evaluation/judge.html", context, status=status)
    if step == "give":
        return _give(request, case, filled, context)
    return _check_page(request, context)


def _check_page(request: HttpRequest, context: dict, error: str = "") -> HttpResponse:
    recent = identity.is_recent(request, at=timezone.now())
    # Bound only to say what was wrong with it: the first time nobody has been asked yet.
    password = None if recent else forms.PasswordForm(request.POST if error else None)
    if password is not None and password.is_bound and password.is_valid():
        password.add_error("password", error)
    elif error and password is None:
        context["refusal"] = error
    lines = list(zip(context["receipts"], context["filled"].judgements(), strict=True))
    page = {
        **context,
        "password": password,
        "lines": lines,
        "form": password,
        "hours": selectors.correction_hours(context["case"], request.today),
    }
    status = _UNPROCESSABLE if error else 200
    return render_page(request, "evaluation/judge_check.html", page, status=status)


def _give(
    request: HttpRequest, case: Suggestion, filled: forms.JudgementForms, context: dict
) -> HttpResponse:
    now = timezone.now()
    if not identity.is_recent(request, at=now) and not identity.prove(
        request, request.POST.get("password", ""), at=now
    ):
        return _check_page(request, context, "密码不对，请重新输入。您填写的评价没有丢失。")
    try:
        verdicts.give(case.pk, filled.judgements(), by=request.actor, at=now)
    except Refusal as refusal:
        return _check_page(request, context, str(refusal))
    return render_page(request, "evaluation/judge_done.html", {"case": case})


@login_required
@require_http_methods(["GET", "POST"])
def enter_receipt(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    case = _case(request, suggestion_id)
    require(rules.may_enter_receipt, request.actor, case)
    receipts = selectors.receipts_to_judge(case)
    filled = forms.JudgementForms(
        [each.assignment for each in receipts], case.congress, request.POST or None
    )
    scan = forms.ReceiptForm(request.POST or None, request.FILES or None)
    if request.POST and all([filled.is_valid(), scan.is_valid()]):
        try:
            verdicts.enter_receipt(
                case.pk,
                filled.judgements(),
                scan=scan.cleaned_data["receipt"],
                by=request.actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            scan.add_error(None, str(refusal))
        else:
            messages.success(request, "回执已录入，并已告知代表本人。")
            return go_to(request, case)
    context = {"case": case, "receipts": receipts, "filled": filled, "scan": scan, "form": scan}
    status = _UNPROCESSABLE if request.POST else 200
    return render_page(request, "evaluation/enter_receipt.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    case = _case(request, suggestion_id)
    require(rules.may_release, request.actor, case)
    context = {"case": case, "verdicts": selectors.unreleased(request.actor, case)}
    if request.method == "POST":
        try:
            closing.release(case.pk, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            context["refusal"] = str(refusal)
            return render_page(request, "evaluation/release.html", context, status=_UNPROCESSABLE)
        messages.success(request, "评价已反馈承办单位。")
        return go_to(request, case)
    return render_page(request, "evaluation/release.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def decide_rehandling(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    case = _case(request, suggestion_id)
    require(rules.may_decide_rehandling, request.actor, case)
    form = forms.RehandlingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            closing.decide_rehandling(
                case.pk, by=request.actor, at=timezone.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "决定已记录，并已告知代表和承办单位。")
            return go_to(request, case)
    context = {
        "case": case,
        "form": form,
        "verdicts": selectors.dissatisfied_verdicts(request.actor, case),
    }
    return render_page(request, "evaluation/decide_rehandling.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def mark_silent(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    case = _case(request, suggestion_id)
    require(rules.may_mark_silent, request.actor, case)
    context = {"case": case, "reminders": selectors.feedback_reminders(case)}
    if request.method == "POST":
        try:
            verdicts.mark_silent(case.pk, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            context["refusal"] = str(refusal)
            return render_page(
                request, "evaluation/mark_silent.html", context, status=_UNPROCESSABLE
            )
        messages.success(request, "已记为未反馈，不计入满意率。")
        return go_to(request, case)
    return render_page(request, "evaluation/mark_silent.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, verdict_id: int) -> HttpResponse:
    visible = Verdict.objects.visible_to(request.actor).current()
    verdict = get_object_or_404(visible.select_related("assignment__unit"), pk=verdict_id)
    case = _case(request, verdict.assignment.suggestion_id)
    require(rules.may_correct, request.actor, case)
    form = forms.CorrectionForm(
        request.POST if request.method == "POST" else None,
        congress=case.congress,
        initial=selectors.as_filled(verdict),
        needs_reason=request.actor.role != Role.DEPUTY,
    )
    if form.is_valid():
        cleaned = form.cleaned_data
        judgement = form.judgement(
            verdict.assignment,
            comment=cleaned["comment"],
            wants_rehandling=cleaned["wants_rehandling"],
        )
        try:
            verdicts.correct(
                verdict.pk, judgement, by=request.actor, at=timezone.now(), why=cleaned["why"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "评价已更正，原评价仍保留在记录中。")
            return go_to(request, case)
    context = {"case": case, "verdict": verdict, "form": form}
    return render_page(request, "evaluation/correct.html", context)
