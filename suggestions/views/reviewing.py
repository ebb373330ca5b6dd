"""The two reviews: the queues, and each decision on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guard import require
from common.htmx import go_to, render_page
from common.listing import Heading, make_listing
from common.refusals import Refusal
from common.texts import without_unwritable
from congress.models import DeclineGround
from suggestions import completeness, rules, selectors
from suggestions.filters import ReviewFilter
from suggestions.forms.deeds import (
    AcceptForm,
    AcceptManyForm,
    DeclineForm,
    MergeForm,
    PassForm,
    SendBackForm,
)
from suggestions.models import Suggestion
from suggestions.selectors import likeness, pages
from suggestions.services import merging, open_reviews, reviewing

_WORD = 40
_HEADINGS = (
    Heading("标题", "title", "title"),
    Heading("提出", "delegation", ("delegation__order", "lead_deputy__name")),
    Heading("类别", "category", "category__order"),
    Heading("期限", "due", "due_on"),
    Heading("正在审核"),
)
_SHOWN = 40


@login_required
@require_GET
def first_reviews(request: HttpRequest) -> HttpResponse:
    require(rules.may_be_first_reviewer, request.actor)
    context = {"cases": pages.first_review_queue(request.actor)}
    return render_page(request, "suggestions/first_reviews.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def pass_on(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request), pk=case_id)
    require(rules.may_first_review, request.actor, case)
    posted = request.method == "POST"
    form = PassForm(request.POST if posted else None, request.FILES if posted else None)
    done = _do(
        request, form, lambda values: reviewing.pass_on(case.pk, **values, **_acting(request))
    )
    if done:
        messages.success(request, f"《{case.title}》已通过初审。")
        return go_to(request, "suggestions:first_reviews")
    context = _text(request, case) | {
        "form": form,
        "may_record": rules.may_record_signatures(request.actor, case),
    }
    return render_page(request, "suggestions/pass_on.html", context)


@login_required
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    require(rules.may_be_reviewer, request.actor)
    return _review_queue(request, None)


@login_required
@require_http_methods(["POST"])
def accept_many(request: HttpRequest) -> HttpResponse:
    require(rules.may_be_reviewer, request.actor)
    form = AcceptManyForm(request.POST, waiting=pages.review_queue(request.actor))
    if not form.is_valid():
        return _review_queue(request, form)
    accepted = 0
    for case in form.cleaned_data["cases"]:
        try:
            reviewing.accept(case.pk, category=case.category, grade=case.grade, **_acting(request))
        except Refusal as refusal:
            messages.error(request, f"《{case.title}》没有受理：{refusal}")
        else:
            accepted += 1
    messages.success(request, f"已受理编号{accepted}件。")
    return go_to(request, "suggestions:reviews")


@login_required
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request), pk=case_id)
    require(rules.may_review, request.actor, case)
    posted = request.method == "POST"
    start = {"category": case.category_id, "grade": case.grade_id}
    form = AcceptForm(request.POST if posted else None, case=case, initial=start)

    def carry_out(values: dict[str, Any]) -> None:
        values.pop("checked")
        done = reviewing.accept(case.pk, **values, **_acting(request))
        messages.success(request, f"已受理，编号{done.number_text}。")

    if _do(request, form, carry_out):
        return go_to(request, "suggestions:reviews")
    colleague = open_reviews.open_for_review(case.pk, **_acting(request))
    grounds = DeclineGround.objects.filter(congress=case.congress_id, is_active=True)
    context = _text(request, case) | {
        "form": form,
        "colleague": colleague,
        "grounds": list(grounds),
        "alike": likeness.alike_cases(case, request.actor),
        "may_record": rules.may_record_signatures(request.actor, case),
    }
    return render_page(request, "suggestions/accept.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request), pk=case_id)
    require(rules.may_send_back, request.actor, case)
    form = SendBackForm(request.POST if request.method == "POST" else None)
    done = _do(
        request, form, lambda values: reviewing.send_back(case.pk, **values, **_acting(request))
    )
    if done:
        messages.success(request, f"《{case.title}》已退回修改，代表会收到您的意见。")
        return go_to(request, "desk:case", case.pk)
    context = {"case": case, "form": form}
    return render_page(request, "suggestions/send_back.html", context, part="form")


@login_required
@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request), pk=case_id)
    require(rules.may_set_aside, request.actor, case)
    form = DeclineForm(request.POST if request.method == "POST" else None, case=case)
    done = _do(
        request, form, lambda values: reviewing.decline(case.pk, **values, **_acting(request))
    )
    if done:
        messages.success(request, f"《{case.title}》不作建议处理，已告知代表。")
        return go_to(request, "desk:case", case.pk)
    context = {"case": case, "form": form}
    return render_page(request, "suggestions/decline.html", context, part="form")


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request), pk=case_id)
    require(rules.may_set_aside, request.actor, case)
    query = without_unwritable(request.GET.get("q", "")).strip()[:_WORD]
    targets = pages.merge_targets(case, request.actor, query=query)
    alike = likeness.alike_cases(case, request.actor)
    posted = request.method == "POST"
    every = pages.merge_targets(case, request.actor)
    form = MergeForm(request.POST if posted else None, targets=every)

    def carry_out(values: dict[str, Any]) -> None:
        merging.merge(
            case.pk, into_id=values["into"].pk, reason=values["reason"], **_acting(request)
        )

    if _do(request, form, carry_out):
        messages.success(request, "已并案，各位代表都会收到通知。")
        return go_to(request, "desk:case", case.pk)
    first = {row.case.pk: row for row in alike}
    shown = [row.case for row in alike if not query and every.filter(pk=row.case.pk).exists()]
    shown += [each for each in targets[:_SHOWN] if each.pk not in first or query]
    context = {"case": case, "form": form, "query": query, "targets": shown, "alike": first}
    return render_page(request, "suggestions/merge.html", context)


def _cases(request: HttpRequest) -> QuerySet[Suggestion]:
    return Suggestion.objects.visible_to(request.actor).select_related(
        "lead_deputy__contact_group", "delegation", "category", "origin", "congress", "session"
    )


def _acting(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def _do(request: HttpRequest, form: Any, carry_out: Callable[[dict[str, Any]], Any]) -> bool:
    """Carry out a deed with what a valid form says; a refusal becomes an error of the form."""
    if not form.is_valid():
        return False
    try:
        carry_out(dict(form.cleaned_data))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _text(request: HttpRequest, case: Suggestion) -> dict[str, Any]:
    """Gather the whole text of a case for somebody who decides on it."""
    items = list(case.items.all())
    draft = selectors.draft_of(case)
    return {
        "case": case,
        "items": items,
        "signers": [row for row in pages.signers_of(case) if row.state == "confirmed"],
        "papers": pages.papers_of(
            case, request.actor, "suggestion", "original", "signatures", "head_signature"
        ),
        "wished": list(case.wished_units.all()),
        "reviews": pages.reviews_of(case),
        "advice": completeness.advice_on_the_text(draft),
        "personal": completeness.personal_data(case, [item.text for item in items]),
    }


def _review_queue(request: HttpRequest, form: AcceptManyForm | None) -> HttpResponse:
    listing = make_listing(
        request.GET,
        pages.review_queue(request.actor),
        filters=ReviewFilter,
        headings=_HEADINGS,
        default_sort="due",
        rows=pages.review_rows,
        filter_context={"actor": request.actor},
    )
    may_enter = rules.may_enter_for_others(request.actor)
    context = {"listing": listing, "form": form, "may_enter": may_enter}
    return render_page(request, "suggestions/reviews.html", context, part="results")
