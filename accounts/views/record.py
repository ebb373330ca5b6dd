"""The audit administrator's page: the record, read-only (审计管理)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts import rules, selectors
from accounts.filters import AuditEventFilter
from accounts.guard import require
from audit.wording import describe, describe_detail, describe_subject
from common.htmx import render_page
from common.listing import Heading, make_listing

HEADINGS = [
    Heading("序号"),
    Heading("时间", key="at", by="at"),
    Heading("操作人"),
    Heading("动作", key="action", by="action"),
    Heading("对象"),
    Heading("内容"),
    Heading("网络地址"),
]


@login_required
@require_GET
def events(request: HttpRequest) -> HttpResponse:
    require(rules.may_read_audit, request.actor)
    listing = make_listing(
        request.GET,
        selectors.events_under(request.actor),
        filters=AuditEventFilter,
        headings=HEADINGS,
        default_sort="-at",
        rows=lambda found: found.select_related("actor"),
    )
    rows = [
        {
            "event": event,
            "deed": describe(event.action),
            "subject": describe_subject(event.subject_type, event.subject_id),
            "detail": describe_detail(event.detail),
        }
        for event in listing.rows
    ]
    return render_page(request, "administration/events.html", {"listing": listing, "rows": rows})
