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
from tests.survival.beats import REMINDED, SEALED, Beats
from tests.survival.duties import make_duties
from tests.survival.report import report, scaled
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HALF_PAST_SEVEN = NOW - timedelta(hours=2, minutes=30)
#: How long before a run of reminders the beats are started.
SHORTLY = timedelta(seconds=30)


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


class Told:
    """Reminds at moments, and knows what must have been said by then, and how often: once."""

    def __init__(self, system, reminders: int) -> None:
        self.pairs = make_duties(system, reminders)
        for duty in Deadline.objects.all():
            duty.due_on = TODAY + timedelta(days=duty.pk % 9)
            duty.save(update_fields=["due_on"])
        self.duties = {duty.pk: duty for duty in Deadline.objects.all()}
        self.rungs = rules_for(system.congress, on=TODAY).reminder_rungs
        self.expected = Counter()

    def remind(self, at: datetime) -> None:
        run_both(at)
        for duty_id, clerk_id in self.pairs:
            duty = self.duties[duty_id]
            rung = rung_at(timezone.localdate(at), duty.due_on, duty.starts_on, self.rungs)
            if rung is not None:
                self.expected[duty_id, clerk_id, *rung] = 1

    def check(self) -> int:
        """Compare with what was said; return how much that was."""
        rows = Alert.objects.filter(kind=Alert.Kind.DUE)
        said = Counter(rows.values_list("deadline_id", "recipient_id", "rung", "day"))
        assert said == self.expected
        return len(said)


def check_schedulers(system, *, reminders: int, days: int, seed: int) -> tuple[int, int]:
    told = Told(system, reminders)
    for at in jumping_clock(random.Random(seed), days):
        told.remind(at)
    return told.check(), days


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


#: Hours by which the clock is set while beat runs, and whether a run of reminders is due after it.
MOVES = [(1, False), (-1, True), (24, True), (-24, True), (24, True), (25, True), (-25, True)]


@pytest.mark.long
def test_two_beats_whose_clock_is_moved_and_that_were_down(system, tmp_path):
    told, beats = Told(system, scaled(1_000)), Beats(tmp_path, HALF_PAST_SEVEN - SHORTLY)
    began, longest = time.monotonic(), 0.0
    beats.forget()
    try:
        beats.start()
        beats.hear(REMINDED, seconds=60)
        told.remind(beats.now())
        for hours, is_due in MOVES:
            beats.move(hours)
            beats.forget()
            longest = max(longest, beats.hear(REMINDED if is_due else SEALED, seconds=60))
            if is_due:
                told.remind(beats.now())
        beats.end()
        beats.move(26)
        beats.forget()
        beats.start()
        longest = max(longest, beats.hear(REMINDED, seconds=60))
        told.remind(beats.now())
    finally:
        beats.end()
        beats.forget()

    said = told.check()
    report(
        56,
        f"the clock of two real beats set {len(MOVES)} times by 1 h, 1 day and 25 h, on and back,"
        f" then both down for 26 h, one of them killed: rung again after {longest:.0f} s at most,"
        f" {said:,} of {said:,} rungs said once, {time.monotonic() - began:.0f} s",
    )
