"""Drains that meet: the same alerts grouped by several runs at the same moment."""

from typing import Any

from accounts.models import Membership
from common.channels.log import LogChannel
from notices.models import Alert, Message
from notices.services.grouping import group_alerts
from tests.factories import NOW, TODAY
from tests.factories.accounts import make_member
from tests.factories.notices import reachable
from tests.together import at_once

PEOPLE, EACH, DRAINS = 20, 30, 4
WAYS = {Message.Channel.SMS: LogChannel("sms")}


def make_people(unit) -> list[Membership]:
    return [reachable(make_member("clerk", unit)) for _ in range(PEOPLE)]


def drain_at_once(members: list[Membership]) -> list[Any]:
    """Tell everybody of several things and group them all, several times at once."""
    for n in range(EACH):
        Alert.objects.bulk_create(
            Alert(
                congress_id=member.congress_id,
                recipient=member,
                text="待签收",
                day=TODAY,
                at=NOW,
                key=f"meeting-{n}",
            )
            for member in members
        )
    return at_once(*[lambda: group_alerts(ways=WAYS, at=NOW)] * DRAINS)


def places() -> dict[int, int]:
    """Return how many alerts stand in the one message of each person."""
    return {message.user_id: message.alerts.count() for message in Message.objects.all()}
