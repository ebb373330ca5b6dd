"""Beat on a clock that is set: nothing is silent until the clock has caught up."""

from datetime import UTC, datetime

import pytest
import time_machine
from celery.beat import PersistentScheduler

from config.celery import BEAT_SCHEDULE, app
from config.scheduler import Scheduler

BEGIN = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
DAY = 24 * 3600


class Bells:
    """A schedule that rings into a list."""

    def __init__(self, kind: type[PersistentScheduler], folder) -> None:
        class Heard(kind):
            def apply_entry(heard, entry, producer=None):  # noqa: N805 - inside the other
                self.rung.append(entry.name)

        self.rung = []
        self.scheduler = Heard(app=app, schedule_filename=str(folder / "schedule"))

    def ring(self) -> set[str]:
        """Ring for all that is due."""
        self.rung.clear()
        for _ in range(3 * len(BEAT_SCHEDULE)):
            self.scheduler.tick()
        return set(self.rung)

    def close(self) -> None:
        self.scheduler.close()


@pytest.fixture
def clock():
    with time_machine.travel(BEGIN, tick=False) as clock:
        yield clock


def test_beat_is_ours():
    assert app.conf.beat_scheduler == "config.scheduler:Scheduler"


def test_a_clock_set_back_rings_for_everything_once(clock, tmp_path):
    bells = Bells(Scheduler, tmp_path)
    clock.shift(DAY)
    bells.ring()
    clock.shift(-DAY)

    first, second = bells.ring(), bells.ring()
    clock.shift(31)
    later = bells.ring()
    bells.close()

    assert (first, second) == (set(BEAT_SCHEDULE), set())
    assert later == {"seal the record", "group alerts", "deliver messages"}


def test_beat_that_was_started_again_after_the_clock_was_set_back_rings_too(clock, tmp_path):
    clock.shift(DAY)
    before = Bells(Scheduler, tmp_path)
    before.ring()
    before.close()
    clock.shift(-DAY + 60)

    bells = Bells(Scheduler, tmp_path)
    rung = bells.ring()
    bells.close()

    assert rung == set(BEAT_SCHEDULE)


def test_a_clock_that_is_kept_right_rings_for_nothing_too_much(clock, tmp_path):
    bells = Bells(Scheduler, tmp_path)
    clock.shift(31)
    bells.ring()
    clock.shift(-10)

    rung = bells.ring()
    bells.close()

    assert rung == set()
