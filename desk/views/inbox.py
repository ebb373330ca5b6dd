"""The desk of each role: what is asked of me, and what I was told."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role
from common.htmx import go_to, render_page
from desk.selectors import alerts as alert_selectors
from desk.selectors import inbox as inbox_selectors
from notices import services as notices

_HOME_OF_ROLE = {
    Role.DEPUTY: "desk:deputy_home",
    Role.LEADER: "desk:dashboard",
    Role.SYSTEM_ADMIN: "administration",
    Role.SECURITY_ADMIN: "administration",
    Role.AUDIT_ADMIN: "administration",
}


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    only = request.GET.get("queue", "")[:40]
    sections = inbox_selectors.inbox(request.actor, only=only)
    total = sum(section.count for section in sections)
    if not only:
        request.waiting = total
    context = {
        "sections": sections,
        "total": total,
        "only": only,
        "alerts": [] if only else alert_selectors.latest(request.actor),
    }
    return render_page(request, "desk/inbox.html", context)


@login_required
@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    page = alert_selectors.page(request.actor, request.GET.get("page", "1"))
    return render_page(request, "desk/alerts.html", {"page": page})


@login_required
@require_POST
def read_alerts(request: HttpRequest) -> HttpResponse:
    notices.read_all(by=request.actor, at=timezone.now())
    return go_to(request, "desk:alerts")


@login_required
@require_GET
def open_alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    link = notices.open_alert(alert_id, by=request.actor, at=timezone.now())
    return go_to(request, link or "desk:alerts")


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return go_to(request, _HOME_OF_ROLE.get(request.actor.role, "desk:inbox"))
