"""What the page on delivery shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import Membership, Role
from accounts.selectors import congresses_under
from common.prepared import ask_words
from notices.models import Alert, Message

#: How far back the counts of what is over reach.
RECENT_DAYS = 30


def messages_under(actor: Membership) -> QuerySet[Message]:
    """Find the messages that tell of the actor's congress; of the whole house for 系统管理员."""
    alerts = Alert.objects.filter(message=OuterRef("pk"))
    if actor.role == Role.SYSTEM_ADMIN:
        alerts = alerts.filter(congress__in=congresses_under(actor).values("pk"))
    else:
        alerts = alerts.filter(congress=actor.congress_id)
    return Message.objects.filter(Exists(alerts))


def count_unread(recipient: Membership, *, most: int) -> int:
    """Count the alerts that a membership has not read, but no further than ``most``."""
    # On every page: to write the query takes Django longer than to answer it the database.
    ((count,),) = ask_words(_UNREAD, [recipient.pk, most])
    return int(count)


_UNREAD = f"""
    SELECT count(*) FROM (
        SELECT FROM {Alert._meta.db_table} WHERE recipient_id = %s AND read_at IS NULL LIMIT %s
    ) unread
"""


class Told(NamedTuple):
    """A rung of a deadline that a person was told of."""

    recipient_id: int
    deadline_id: int
    rung: int
    day: date


def told_rungs(deadline_ids: Iterable[int], *, since: date) -> set[Told]:
    """Find who was told of which rungs of some deadlines, as far as their days reach back."""
    # By the index of alert_once_a_rung_and_day, whatever was told in the years before.
    told = Alert.objects.filter(deadline_id__in=list(deadline_ids), day__gte=since).order_by()
    columns = ("recipient_id", "deadline_id", "rung", "day")
    return {Told(*row) for row in told.filter(rung__isnull=False).values_list(*columns)}


class StateCount(NamedTuple):
    """How many messages are in one state, and the query of the list that holds them."""

    state: str
    label: str
    total: int
    query: str


def state_counts(actor: Membership, *, on: date) -> list[StateCount]:
    """Count the messages of the last days by state, in the order of their life."""
    since = on - timedelta(days=RECENT_DAYS)
    recent = messages_under(actor).filter(day__gte=since)
    counts = dict(recent.order_by().values_list("state").annotate(n=Count("pk")))
    return [
        StateCount(
            state.value,
            str(state.label),
            counts.get(state.value, 0),
            f"?state={state.value}&since={since}",
        )
        for state in Message.State
    ]
