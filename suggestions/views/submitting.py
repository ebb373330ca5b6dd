"""The last look at a draft, the submission, and what comes next."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guard import require
from accounts.models import Role
from common.htmx import go_to, render_page
from common.refusals import Refusal
from suggestions import completeness, rules, selectors
from suggestions.models import Suggestion
from suggestions.selectors import likeness, pages
from suggestions.services import submission
from suggestions.stages import Stage


@login_required
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request), pk=case_id)
    if rules.was_just_submitted(request.actor, case):
        # A second press, or the way back of the browser: it was sent, and that is what to say.
        return go_to(request, "suggestions:submitted", case.pk)
    require(rules.may_submit, request.actor, case)
    error = ""
    if request.method == "POST":
        try:
            submission.submit(case.pk, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            error = str(refusal)
            case = get_object_or_404(_cases(request), pk=case_id)
            if rules.was_just_submitted(request.actor, case):
                return go_to(request, "suggestions:submitted", case.pk)
        else:
            return go_to(request, "suggestions:submitted", case.pk)
    checked = selectors.draft_of(case, is_by_proxy=request.actor.role != Role.DEPUTY)
    context = {
        "case": case,
        "draft": checked,
        "gates": completeness.gates(checked),
        "advice": completeness.advice(checked),
        "signers": pages.signers_of(case),
        "papers": list(case.attachments.order_by("pk")),
        "wished": list(case.wished_units.all()),
        "alike": likeness.alike_cases(case, request.actor),
        "error": error,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else None
    return render_page(request, "suggestions/submit.html", context, status=status)


@login_required
@require_GET
def submitted(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_object_or_404(_cases(request).exclude(stage=Stage.DRAFT), pk=case_id)
    require(rules.is_writer, request.actor, case)
    context = {
        "case": case,
        "signers": [row for row in pages.signers_of(case) if row.state == "confirmed"],
        "group": selectors.first_review_group(case),
    }
    return render_page(request, "suggestions/submitted.html", context)


def _cases(request: HttpRequest) -> QuerySet[Suggestion]:
    return Suggestion.objects.visible_to(request.actor).select_related(
        "lead_deputy__contact_group", "delegation", "category", "origin", "congress", "session"
    )
