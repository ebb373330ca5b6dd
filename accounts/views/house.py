"""The system administrator's pages on the house itself: working days and local rules."""

import json

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts import rules, selectors
from accounts.forms.administration import CalendarDayForm, CalendarImportForm, RulesForm
from accounts.guard import require
from accounts.roles import ADMIN_HOMES
from accounts.views.columns import plain_columns
from common.htmx import go_to, render_page
from common.refusals import Refusal
from congress import services
from congress.calendars import missing_years
from congress.profile import rules_for
from congress.selectors import rules_table, special_days


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    require(rules.is_administrator, request.actor)
    return go_to(request, ADMIN_HOMES[request.actor.role])


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    asked = request.GET.get("year", "")
    is_year = asked.isascii() and asked.isdigit() and 2004 <= int(asked) <= 2100
    year = int(asked) if is_year else request.today.year
    context = {
        "columns": plain_columns("日期", "安排", "说明", "状态", "依据"),
        "year": year,
        "days": special_days(year),
        "missing": missing_years(on=request.today),
    }
    return render_page(request, "administration/calendar.html", context)


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def calendar_day(request: HttpRequest) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    form = CalendarDayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        services.override_day(
            given["on"],
            is_workday=given["kind"] == "work",
            is_statutory_holiday=given["kind"] == "holiday",
            name=given["name"],
            source=given["source"],
            by=request.actor,
            at=timezone.now(),
        )
        messages.success(request, "已更正工作日历。受影响的期限将在几分钟内重新计算。")
        return go_to(request, "calendar")
    context = {"form": form, "title": "更正一天"}
    return render_page(request, "administration/calendar_form.html", context, part="form")


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def calendar_import(request: HttpRequest) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    form = CalendarImportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            n = services.import_days(**form.cleaned_data, by=request.actor, at=timezone.now())
        except Refusal as refusal:
            form.add_error("days", str(refusal))
        else:
            messages.success(request, f"已录入{n}天。受影响的期限将在几分钟内重新计算。")
            return go_to(request, "calendar")
    context = {"form": form, "title": "录入放假安排"}
    return render_page(request, "administration/calendar_form.html", context, part="form")


@login_required
@require_GET
def local_rules(request: HttpRequest) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    congresses = [
        (congress, rules_for(congress, on=request.today).profile)
        for congress in selectors.congresses_under(request.actor)
    ]
    context = {
        "columns": plain_columns("人大", "现行版本", "生效日期", "说明"),
        "congresses": congresses,
    }
    return render_page(request, "administration/local_rules.html", context)


@login_required
@reauthentication_required(allow_get=True)
@require_http_methods(["GET", "POST"])
def rules_of_congress(request: HttpRequest, congress_id: int) -> HttpResponse:
    require(rules.may_manage_users, request.actor)
    congress = get_object_or_404(selectors.congresses_under(request.actor), pk=congress_id)
    current = rules_for(congress, on=request.today)
    values = json.dumps(current.profile.values, ensure_ascii=False, indent=2)
    initial = {"values": values, "valid_from": request.today}
    form = RulesForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            profile = services.add_profile_version(
                congress, **form.cleaned_data, by=request.actor, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error("values", str(refusal))
        else:
            messages.success(request, f"已建立规则第{profile.version}版。")
            return go_to(request, "rules_of_congress", congress.pk)
    context = {"congress": congress, "current": current, "form": form}
    context |= {"versions": congress.profiles.all(), "table": rules_table(current)}
    context |= {"columns": plain_columns("规则", "现行", "依据", "名称")}
    return render_page(request, "administration/rules_of_congress.html", context, part="form")
