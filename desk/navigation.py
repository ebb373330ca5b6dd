"""
The entries of the navigation, by role, with counts from the queries of the pages themselves.

The inbox counts each time and tells its number (``request.waiting``). The one beside its name on
every other page is at most half a minute old, and counted anew after anything its reader did:
counting all queues takes longer than most pages do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import Membership, Role
from accounts.roles import (
    ADMIN_ROLES,
    COMMITTEE_STAFF_ROLES,
    OFFICE_ROLES,
    STAFF_ROLES,
    UNIT_ROLES,
)
from common.kept import remember_deed
from desk.selectors import inbox
from ledgers.rules import FIGURE_ROLES
from notices.selectors import count_unread

_CASEWORKERS = frozenset(Role) - ADMIN_ROLES
#: Staff enter for deputies from the list of cases: their navigation is full.
_ENTERS = frozenset({Role.DELEGATION_SECRETARY, Role.SESSION_STAFF})
KEPT_SECONDS = 30
#: The bell says 99+ beyond that; nobody counts on.
MOST_UNREAD = 99
_SUPERVISORS = OFFICE_ROLES | UNIT_ROLES | {Role.COMMITTEE, Role.LEADER}


@dataclass(frozen=True)
class Place:
    """An entry of the navigation: its words, its page, its icon, and who has it."""

    label: str
    url_name: str
    icon: str
    roles: frozenset[str]
    is_inbox: bool = False


@dataclass(frozen=True)
class Entry:
    """A place as one actor sees it now."""

    label: str
    url: str
    icon: str
    current: bool
    count: int | None


#: At most nine a role; the pocket shell shows four.
PLACES = [
    Place("首页", "desk:deputy_home", "home", frozenset({Role.DEPUTY})),
    Place("我的建议", "suggestions:mine", "doc", frozenset({Role.DEPUTY})),
    Place("待办", "desk:inbox", "inbox", _CASEWORKERS, is_inbox=True),
    Place("建议列表", "desk:cases", "doc", _CASEWORKERS - {Role.DEPUTY}),
    Place("本团建议", "suggestions:of_delegation", "doc", frozenset({Role.DELEGATION_SECRETARY})),
    Place("代录建议", "suggestions:draft_for", "pen", _ENTERS),
    Place("待审核", "suggestions:reviews", "inbox", frozenset({Role.SESSION_STAFF})),
    Place("批量交办", "assignment:batch", "send", OFFICE_ROLES),
    Place("承办件", "assignment:receipts", "doc", UNIT_ROLES),
    Place("见面沟通", "handling:meetings", "user", UNIT_ROLES),
    Place("承诺事项", "handling:promises", "flag", COMMITTEE_STAFF_ROLES | UNIT_ROLES),
    Place("督办", "supervision:overview", "clock", _SUPERVISORS),
    Place("评价", "evaluation:overview", "star", COMMITTEE_STAFF_ROLES),
    Place("看板", "desk:dashboard", "chart", OFFICE_ROLES | {Role.LEADER}),
    Place("统计台账", "ledgers:figures", "table", FIGURE_ROLES),
    Place("基础资料", "roster", "table", STAFF_ROLES),
    Place("用户和身份", "users", "user", frozenset({Role.SYSTEM_ADMIN})),
    Place("工作日历", "calendar", "table", frozenset({Role.SYSTEM_ADMIN})),
    Place("本地规则", "local_rules", "doc", frozenset({Role.SYSTEM_ADMIN})),
    Place("消息发送", "notices:messages", "bell", frozenset({Role.SYSTEM_ADMIN})),
    Place("后台任务", "failed_tasks", "table", frozenset({Role.SYSTEM_ADMIN})),
    Place("身份和账号", "seats", "user", frozenset({Role.SECURITY_ADMIN})),
    Place("审计记录", "audit_events", "table", frozenset({Role.AUDIT_ADMIN})),
    Place("我的", "me", "user", frozenset(Role) - STAFF_ROLES),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give base.html the entries of the acting role, and the number of unread alerts."""
    actor: Membership | None = getattr(request, "actor", None)
    if actor is None:
        return {"elder_url": reverse("elder_mode")}
    return {
        "home_url": reverse("desk:home"),
        "search_url": "" if actor.role in ADMIN_ROLES else reverse("desk:search"),
        "alerts_url": reverse("desk:alerts"),
        "elder_url": reverse("elder_mode"),
        "act_as_url": reverse("act_as"),
        "navigation": _entries(actor, request),
        "alerts_unread": count_unread(actor, most=MOST_UNREAD + 1),
    }


def _entries(actor: Membership, request: HttpRequest) -> list[Entry]:
    path = request.path
    places = [place for place in PLACES if actor.role in place.roles]
    urls = [reverse(place.url_name) for place in places]
    current = max((url for url in urls if path.startswith(url)), key=len, default="")
    has_inbox = any(place.is_inbox for place in places)
    waiting = _waiting(actor, counted=getattr(request, "waiting", None)) if has_inbox else 0
    return [
        Entry(place.label, url, place.icon, url == current, waiting if place.is_inbox else None)
        for place, url in zip(places, urls, strict=True)
    ]


def _waiting(actor: Membership, *, counted: int | None) -> int:
    """Count what waits for an actor; pages work without Redis, only slower."""
    if counted is None:
        kept: int | None = cache.get(_key(actor))
        if kept is not None:
            return kept
        counted = sum(inbox.counts(actor).values())
    cache.set(_key(actor), counted, KEPT_SECONDS)
    return counted


def _key(actor: Membership) -> str:
    return f"waiting:{actor.pk}"


class CountAnewMiddleware:
    """Count anew for whoever did something: the number of their tasks, and what is kept for all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and request.actor is not None:
            cache.delete(_key(request.actor))
            remember_deed(request.actor.pk)
        return response
