"""Drains that meet: slices that overlap in part, over and over, and nobody is sacrificed."""

import time
from collections import Counter

import pytest

from common.channels.log import LogChannel
from notices.models import Alert, Message
from notices.services.grouping import group_alerts
from tests.factories import NOW, TODAY
from tests.factories.accounts import make_member
from tests.factories.notices import reachable
from tests.survival.report import report
from tests.together import at_once

WAYS = {Message.Channel.SMS: LogChannel("sms")}
PEOPLE, EACH, DRAINS, ROUNDS = 20, 30, 4, 100


def group():
    return group_alerts(ways=WAYS, at=NOW)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_drains_that_meet_again_and_again_never_deadlock(unit):
    members = [reachable(make_member("clerk", unit)) for _ in range(PEOPLE)]
    began, kinds = time.monotonic(), Counter()
    for _ in range(ROUNDS):
        Alert.objects.all().delete()
        Message.objects.all().delete()
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
        results = at_once(*[group] * DRAINS)
        kinds.update("failed" if isinstance(each, Exception) else "done" for each in results)
        assert {message.alerts.count() for message in Message.objects.all()} == {EACH}

    seconds = time.monotonic() - began
    told = f"{DRAINS} drains at once x {ROUNDS}: failed {kinds['failed']} of {kinds.total()}"
    report(59, f"{told}, {seconds:.0f} s")
    assert kinds == Counter(done=DRAINS * ROUNDS)
