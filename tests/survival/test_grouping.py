"""Drains that meet: slices that overlap in part, over and over, and nobody is sacrificed."""

import time
from collections import Counter

import pytest

from notices.models import Alert, Message
from tests.notices.drains import DRAINS, EACH, PEOPLE, drain_at_once, make_people, places
from tests.survival.report import report

ROUNDS = 100


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_drains_that_meet_again_and_again_never_deadlock(unit):
    members = make_people(unit)
    began, kinds = time.monotonic(), Counter()
    for _ in range(ROUNDS):
        Alert.objects.all().delete()
        Message.objects.all().delete()
        results = drain_at_once(members)
        kinds.update("failed" if isinstance(each, Exception) else "done" for each in results)
        assert Message.objects.count() == PEOPLE
        assert set(places().values()) == {EACH}

    seconds = time.monotonic() - began
    told = f"{DRAINS} drains at once x {ROUNDS}: failed {kinds['failed']} of {kinds.total()}"
    report(59, f"{told}, {seconds:.0f} s")
    assert kinds == Counter(done=DRAINS * ROUNDS)
