"""Tell people: rows written with the change itself, delivered by the drain afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from notices.models import Alert


def post(
    *,
    to: Iterable[Membership],
    text: str,
    at: datetime,
    about: Any = None,
    kind: Alert.Kind = Alert.Kind.EVENT,
    link: str | None = None,
    key: str = "",
    deadline_id: int | None = None,
    rung: int | None = None,
    day: date | None = None,
) -> int:
    """
    Tell each membership once, and return how many were told.

    ``about`` is the case; ``key`` names the event so that telling twice does nothing (by default
    text, case and instant). Reminders give the deadline, its rung and the day instead.
    """
    local_day = day or timezone.localdate(at)
    name = key or _key(text, about, at, deadline_id, rung, local_day)
    told = {member.pk: member for member in to}
    rows = [
        Alert(
            congress_id=about.congress_id if about is not None else member.congress_id,
            recipient=member,
            kind=kind,
            text=text[:300],
            link=link if link is not None else (about.get_absolute_url() if about else ""),
            suggestion_id=about.pk if about is not None else None,
            deadline_id=deadline_id,
            rung=rung,
            day=local_day,
            at=at,
            key=name,
        )
        for member in told.values()
    ]
    before = Alert.objects.filter(recipient__in=told, key=name).count()
    Alert.objects.bulk_create(rows, ignore_conflicts=True)
    return Alert.objects.filter(recipient__in=told, key=name).count() - before


def _key(
    text: str, about: Any, at: datetime, deadline_id: int | None, rung: int | None, day: date
) -> str:
    if deadline_id is not None:
        return f"deadline:{deadline_id}:{rung}:{day.isoformat()}"
    case = about.pk if about is not None else ""
    return hashlib.sha256(f"{case}|{text}|{at.isoformat()}".encode()).hexdigest()[:40]


def read_all(*, by: Membership, at: datetime) -> int:
    """Mark all of a membership's alerts as read and return how many were not."""
    return Alert.objects.filter(recipient=by, read_at__isnull=True).update(read_at=at)


def open_alert(alert_id: int, *, by: Membership, at: datetime) -> str:
    """Mark one alert as read and return where it leads, or nothing if it is not theirs."""
    alert = Alert.objects.filter(recipient=by, pk=alert_id).first()
    if alert is None:
        return ""
    if alert.read_at is None:
        alert.read_at = at
        alert.save(update_fields=["read_at"])
    return alert.link
