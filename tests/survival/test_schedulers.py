"""Two schedulers, a scheduler that was down, a clock that jumps: each rung is said once."""

import random
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from congress.profile import rules_for
from notices.models import Alert
from suggestions.models import Deadline
from supervision.services.reminders import remind
from tests.factories import NOW, TODAY
from tests.survival.duties import make_duties
from tests.survival.report import report, scaled
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HALF_PAST_SEVEN = NOW - timedelta(hours=2, minutes=30)


def rung_at(day, due_on, starts_on, rungs):
    """Reckon by hand, without the ladder of the system, which rung stands on a day."""
    reached = {due_on - timedelta(days=n): n for n in rungs}
    reached |= {due_on + timedelta(days=1 + 7 * week): -1 - 7 * week for week in range(60)}
    past = [each for each in reached if each <= day]
    last = max(past, default=None)
    return None if last is None or (last <= starts_on and last <= due_on) else (reached[last], last)


def jumping_clock(rng: random.Random, days: int):
    """Return the moments of the runs: an hour or a day off at times, gaps of 26 h and more."""
    moment, runs = HALF_PAST_SEVEN - timedelta(days=20), []
    while len(runs) < days:
        jump = rng.choice([0, 0, 0, 1, -1, 24, -24])
        runs.append(moment + timedelta(hours=jump))
        moment += timedelta(hours=rng.choice([24, 24, 24, 26, 50, 2, 170]))
    return runs


def run_both(at: datetime) -> None:
    day = timezone.localdate(at)
    results = at_once(*[lambda: remind(on=day, at=at)] * 2)
    assert not [each for each in results if isinstance(each, Exception)], results


def check_schedulers(system, *, reminders: int, days: int, seed: int) -> tuple[int, int]:
    pairs = make_duties(system, reminders)
    for duty in Deadline.objects.all():
        duty.due_on = TODAY + timedelta(days=duty.pk % 9)
        duty.save(update_fields=["due_on"])
    duties = {duty.pk: duty for duty in Deadline.objects.all()}
    rungs = rules_for(system.congress, on=TODAY).reminder_rungs
    expected = Counter()

    for at in jumping_clock(random.Random(seed), days):
        run_both(at)
        for duty_id, clerk_id in pairs:
            duty = duties[duty_id]
            rung = rung_at(timezone.localdate(at), duty.due_on, duty.starts_on, rungs)
            if rung is not None:
                expected[duty_id, clerk_id, *rung] = 1

    rows = Alert.objects.filter(kind=Alert.Kind.DUE)
    said = Counter(rows.values_list("deadline_id", "recipient_id", "rung", "day"))
    lost, doubled = len(expected - said), sum(n - 1 for n in said.values())
    assert (said - expected, lost, doubled) == (Counter(), 0, 0)
    return len(said), days


def test_two_schedulers_and_a_clock_that_jumps(system):
    check_schedulers(system, reminders=20, days=6, seed=56)


@pytest.mark.long
def test_two_schedulers_for_months(system):
    began = time.monotonic()

    said, days = check_schedulers(system, reminders=scaled(1_000), days=scaled(60), seed=560)

    report(
        56,
        f"two schedulers at {days} moments, down for 26 h and up to a week, clock off by 1 h and"
        f" 1 day: {said:,} of {said:,} rungs said once, lost 0, doubled 0,"
        f" {time.monotonic() - began:.0f} s",
    )


@pytest.mark.long
def test_after_26_hours_only_the_latest_rung(system):
    make_duties(system, 5 * scaled(100))
    Deadline.objects.update(due_on=TODAY + timedelta(days=1))

    run_both(HALF_PAST_SEVEN - timedelta(days=2))
    run_both(HALF_PAST_SEVEN + timedelta(hours=2))

    rungs = set(Alert.objects.filter(kind=Alert.Kind.DUE).values_list("rung", flat=True))
    report(56, f"after a gap of 26 h and more: rungs said {sorted(rungs)}, none between")
    assert rungs == {3, 1}
