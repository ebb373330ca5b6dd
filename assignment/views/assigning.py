"""Choosing units for one case: by 代表工委, by a system's office, and sending it back."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.guard import require
from assignment import rules
from assignment.forms.deeds import WhyForm
from assignment.forms.orders import OrderFormSet, ReferForm, TermsForm, fresh_rows
from assignment.models import Assignment, Referral
from assignment.selectors.panel import receipts_of_case
from assignment.selectors.ranking import ranked_units
from assignment.selectors.units import assignable_units, referral_offices, units_of_office
from assignment.services import assigning as services
from assignment.views.steps import deed_page, typed
from common.htmx import go_to, render_page
from common.refusals import Refusal
from congress.models import Unit
from suggestions.models import Suggestion

#: What headers, rules and ranking ask of a case.
FOR_A_DEED = ["congress", "session", "lead_deputy", "delegation", "category"]


@login_required
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, case_id: int) -> HttpResponse:
    """Assign one case to units."""
    case = _case(request, case_id)
    require(rules.may_assign, request.actor, case)
    units = assignable_units(case.congress)
    context = {
        "title": "交办",
        "button": "交办",
        "ranked": ranked_units(case),
        "offices": referral_offices(case.congress),
    }
    deed = partial(services.assign, case.pk)
    return _orders_page(request, case, units, deed, context)


@login_required
@require_http_methods(["GET", "POST"])
def refer(request: HttpRequest, case_id: int) -> HttpResponse:
    """Pass one case to the office of a system."""
    case = _case(request, case_id)
    require(rules.may_assign, request.actor, case)
    return deed_page(
        request,
        template="assignment/refer.html",
        case=case,
        form=ReferForm(typed(request), congress=case.congress),
        deed=partial(services.refer, case.pk),
        done="已转办，督查机构将确定承办单位。",
    )


@login_required
@require_http_methods(["GET", "POST"])
def add_units(request: HttpRequest, case_id: int) -> HttpResponse:
    """Add units to a case in hand, and find the ways to replace or end others."""
    case = _case(request, case_id)
    require(rules.may_change_units, request.actor, case)
    units = assignable_units(case.congress)
    context = {
        "title": "调整承办单位",
        "button": "增加承办单位",
        "receipts": [each for each in receipts_of_case(case) if each.is_live],
        "first_role": Assignment.Role.SUPPORT,
        "today": request.today,
    }
    return _orders_page(request, case, units, partial(services.add_units, case.pk), context)


@login_required
@require_http_methods(["GET", "POST"])
def assign_within_system(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Choose units of one's own system for a case passed on."""
    referral = _referral(request, referral_id)
    require(rules.may_assign_within_system, request.actor, referral)
    units = units_of_office(referral.office)
    context = {
        "title": "确定承办单位",
        "button": "交办",
        "referral": referral,
        "ranked": ranked_units(referral.suggestion, among=list(units)),
    }
    deed = partial(services.assign_within_system, referral.pk)
    return _orders_page(request, referral.suggestion, units, deed, context)


@login_required
@require_http_methods(["GET", "POST"])
def send_referral_back(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Give a case back to 代表工委."""
    referral = _referral(request, referral_id)
    require(rules.may_assign_within_system, request.actor, referral)
    return deed_page(
        request,
        template="assignment/send_referral_back.html",
        case=referral.suggestion,
        form=WhyForm(typed(request)),
        deed=partial(services.send_referral_back, referral.pk),
        done="已退回代表工委。",
        context={"referral": referral},
        then="desk:inbox",
    )


def _case(request: HttpRequest, case_id: int) -> Suggestion:
    visible = Suggestion.objects.visible_to(request.actor).select_related(*FOR_A_DEED)
    return get_object_or_404(visible, pk=case_id)


def _referral(request: HttpRequest, referral_id: int) -> Referral:
    visible = Referral.objects.visible_to(request.actor).select_related(
        "office", "referred_by__user", *(f"suggestion__{name}" for name in FOR_A_DEED)
    )
    return get_object_or_404(visible, pk=referral_id)


def _orders_page(
    request: HttpRequest, case: Suggestion, units: Any, deed: Any, context: dict[str, Any]
) -> HttpResponse:
    """Show rows of units with their terms, or do the deed with them."""
    first = context.get("first_role", Assignment.Role.SOLE)
    orders = OrderFormSet(
        typed(request),
        form_kwargs={"units": units},
        initial=fresh_rows(_picked(request, units), first=first),
    )
    form = TermsForm(typed(request), congress=case.congress)
    if form.is_bound and orders.is_valid() and form.is_valid():
        try:
            deed(orders=orders.orders(), terms=form.terms(), by=request.actor, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已交办，承办单位已收到签收通知。")
            return go_to(request, case)
    shown = {"case": case, "orders": orders, "form": form, **context}
    return render_page(request, "assignment/assign.html", shown, part="form")


def _picked(request: HttpRequest, units: Any) -> Unit | None:
    """Return the unit whose suggestion was taken over from the ranking."""
    asked = request.GET.get("unit", "")
    return units.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
