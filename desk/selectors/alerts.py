"""What a membership was told, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from accounts.models import Membership
from common import statements
from common.among import one_of
from notices.models import Alert
from suggestions.models import Suggestion
from suggestions.visibility import Seat

#: Alerts beside the inbox.
_LATEST = 8
_A_PAGE = 50
#: Whoever no longer sees a case, for one the unit that it was taken off, reads nothing of it here.
OUT_OF_SIGHT = "该建议已不在您的查看范围，原提醒内容不再显示。"


class Line(NamedTuple):
    """An alert as its reader may see it today."""

    pk: int
    text: str
    #: Whether it leads anywhere.
    opens: bool
    at: datetime
    read_at: datetime | None


def latest(actor: Membership) -> list[Line]:
    """Return the newest unread alerts."""
    return _lines(actor, statements.rows(_unread, actor.pk))


def page(actor: Membership, number: str) -> Page:
    """Return one page of all alerts; a number that is none gives the first."""
    alerts = Alert.objects.filter(recipient=actor).order_by("-at", "-pk")
    pages: Paginator[Any] = Paginator(alerts, _A_PAGE)
    found = pages.get_page(number)
    found.object_list = _lines(actor, found.object_list)
    return found


def _lines(actor: Membership, found: Iterable[Alert]) -> list[Line]:
    """Blot out what was told of a case that its reader may not see any more."""
    alerts = list(found)
    about = {alert.suggestion_id for alert in alerts if alert.suggestion_id is not None}
    cases = statements.rows(_seen, sorted(about), fixed=(Seat.of(actor),)) if about else []
    seen = {case.pk for case in cases}
    return [
        # What leads nowhere was worded for those whom it told that they see no more of the case.
        Line(alert.pk, alert.text, bool(alert.link), alert.at, alert.read_at)
        if not alert.link or alert.suggestion_id is None or alert.suggestion_id in seen
        else Line(alert.pk, OUT_OF_SIGHT, False, alert.at, alert.read_at)
        for alert in alerts
    ]


def _unread(recipient_id: int) -> QuerySet[Alert]:
    return Alert.objects.filter(recipient=recipient_id, read_at__isnull=True)[:_LATEST]


def _seen(seat: Seat, ids: list[int]) -> QuerySet[Suggestion]:
    cases = Suggestion.objects.visible_to(seat.actor).filter(one_of("pk", ids))
    return cases.only("pk").order_by()
