"""What the page on delivery shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import Membership, Role
from accounts.selectors import congresses_under
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


@dataclass(frozen=True)
class StateCount:
    """How many messages are in one state."""

    state: str
    label: str
    count: int


def state_counts(actor: Membership, *, on: date) -> list[StateCount]:
    """Count the messages of the last days by state, in the order of their life."""
    recent = messages_under(actor).filter(day__gte=on - timedelta(days=RECENT_DAYS))
    counts = dict(recent.order_by().values_list("state").annotate(n=Count("pk")))
    return [
        StateCount(state.value, str(state.label), counts.get(state.value, 0))
        for state in Message.State
    ]
