"""Alerts: rows written with the change itself, told in the inbox at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from notices.models import Alert
from notices.selectors import Told, told_rungs


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

    What is told of a case is read as long as the case is seen. Who is told that they see it no more
    is told so without a link, in words that may stay: a unit reads the number, not the title.
    """
    local_day = day or timezone.localdate(at)
    name = key or _key(text, about, at, deadline_id, rung, local_day)
    told = {member.pk: member for member in to}
    said = Alert.objects.filter(recipient__in=told, key=name).values_list("recipient_id", flat=True)
    for known in said:
        del told[known]
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
        # In one order everywhere: two that tell the same people the same never wait for each other.
        for _, member in sorted(told.items())
    ]
    Alert.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@dataclass(frozen=True)
class Reminder:
    """One rung of one deadline for one person (期限提醒), posted in bulk."""

    recipient_id: int
    congress_id: int
    suggestion_id: int | None
    deadline_id: int
    rung: int
    day: date
    text: str
    link: str

    @property
    def told(self) -> Told:
        """Say who is told of what, as it is asked before saying it."""
        return Told(self.recipient_id, self.deadline_id, self.rung, self.day)

    @property
    def key(self) -> str:
        """Name the rung of the deadline on its day, so that saying it twice does nothing."""
        return f"deadline:{self.deadline_id}:{self.rung}:{self.day.isoformat()}"


def post_reminders(reminders: Sequence[Reminder], *, at: datetime) -> int:
    """Tell many people of their deadlines in two queries, and return how many rows are new."""
    since = min((reminder.day for reminder in reminders), default=timezone.localdate(at))
    said = told_rungs({reminder.deadline_id for reminder in reminders}, since=since)
    rows = [
        Alert(
            congress_id=reminder.congress_id,
            recipient_id=reminder.recipient_id,
            kind=Alert.Kind.DUE,
            text=reminder.text[:300],
            link=reminder.link,
            suggestion_id=reminder.suggestion_id,
            deadline_id=reminder.deadline_id,
            rung=reminder.rung,
            day=reminder.day,
            at=at,
            key=reminder.key,
        )
        for reminder in sorted(reminders, key=lambda each: (each.recipient_id, each.key))
        if reminder.told not in said
    ]
    Alert.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


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
