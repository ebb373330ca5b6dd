"""Whatever happens to a clock, and in whatever order, its story stays true (Hypothesis)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suggestions import deadlines
from suggestions.deadlines import DeadlineHasEnded
from suggestions.models import Deadline
from tests.factories import NOW, TODAY
from tests.factories.suggestions import registered_case

pytestmark = pytest.mark.django_db

#: 3 → 6 months are the law's (代表法第五十一条), 2 for handling again.
STEPS = st.lists(
    st.sampled_from(["extend", "suspend", "resume", "transfer", "answer", "rehandle", "restart"]),
    min_size=1,
    max_size=8,
)
_ran = {"histories": 0, "steps": 0}


def months_after(day: date, n: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class History:
    """One receipt's clock as the services drive it, beside what is expected of it."""

    def __init__(self, case, units, starts_on: date) -> None:
        self.case, self.units, self.holder = case, list(units), units[0]
        self.on = starts_on
        self.clocks: list[Deadline] = []
        self.expected: list[dict] = []
        self.start("reply_normal", 3)

    @property
    def at(self) -> datetime:
        return NOW + (self.on - TODAY)

    @property
    def running(self) -> Deadline | None:
        return next((clock for clock in self.clocks if clock.is_open), None)

    def start(self, clock: str, months: int) -> None:
        if self.running:
            return
        kind = Deadline.Kind.REPLY
        row = deadlines.start(
            kind, clock=clock, holder=self.holder, starts_on=self.on, case=self.case
        )
        assert months_after(self.on, months) <= row.due_on
        self.clocks.append(row)
        self.expected.append({"holder": self.holder, "first": row.due_on, "due": row.due_on})

    def extend(self) -> None:
        """3 → 6 months, once or in pieces, and never what has ended."""
        last = self.clocks[-1]
        until = max(last.due_on, months_after(last.starts_on, 6))
        if last.is_open:
            deadlines.extend(last, until=until, why="情况复杂")
            self.expected[-1]["due"] = until
        else:
            with pytest.raises(DeadlineHasEnded):
                deadlines.extend(last, until=until, why="情况复杂")

    def suspend(self) -> None:
        deadlines.end(self.running, why="中止办理", at=self.at)

    def resume(self) -> None:
        self.start("reply_normal", 3)

    def transfer(self) -> None:
        """改办: the clock of the old unit ends, that of the new one begins on the day."""
        deadlines.end_all(self.case, why="改办", at=self.at, holder=self.holder)
        for clock in self.clocks:
            clock.refresh_from_db()
        self.holder = self.units[(self.units.index(self.holder) + 1) % len(self.units)]
        self.start("reply_normal", 3)

    def answer(self) -> None:
        deadlines.meet(self.running, at=self.at)

    def rehandle(self) -> None:
        self.answer()
        self.start("rehandle", 2)

    def restart(self) -> None:
        """Nothing that has ended is met afterwards, nor ended again."""
        ended = [clock for clock in self.clocks if not clock.is_open]
        before = [(clock.met_at, clock.ended_at, clock.ended_why) for clock in ended]
        for clock in ended:
            deadlines.meet(clock, at=self.at)
            deadlines.end(clock, why="再次", at=self.at)
        assert [(clock.met_at, clock.ended_at, clock.ended_why) for clock in ended] == before

    def check(self) -> None:
        rows = list(Deadline.objects.filter(pk__in=[c.pk for c in self.clocks]).order_by("pk"))
        assert [(row.holder, row.due_on) for row in rows] == [
            (each["holder"], each["due"]) for each in self.expected
        ]
        assert [row.extended_from or row.due_on for row in rows] == [
            each["first"] for each in self.expected
        ]
        open_now = [row for row in rows if row.is_open]
        assert len(open_now) <= 1
        assert all(row.holder == self.holder for row in open_now)
        for row in rows:
            assert not (row.met_at and row.ended_at)
            assert bool(row.ended_at) == bool(row.ended_why)
            assert row.due_on >= row.starts_on
            assert row.due_on <= months_after(row.starts_on, 6) or row.extended_from is None
            assert not (row.extended_from and row.is_provisional)


def run(max_examples: int, case, units) -> None:
    tolerant = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    settings(max_examples=max_examples, suppress_health_check=tolerant)(run_histories)(case, units)


@given(steps=STEPS, starts_on=st.dates(date(2025, 1, 2), date(2026, 5, 30)), data=st.data())
def run_histories(case, units, steps, starts_on, data) -> None:
    with transaction.atomic():
        history = History(case, units, starts_on)
        for step in steps:
            history.on += timedelta(days=data.draw(st.integers(0, 40)))
            getattr(history, step)()
            history.check()
        _ran["histories"] += 1
        _ran["steps"] += len(steps)
        transaction.set_rollback(True)


@pytest.fixture
def case(deputy, session):
    return registered_case(deputy.deputy)


def test_no_history_breaks_a_clock(case, unit, other_unit, third_unit):
    run(60, case, [unit, other_unit, third_unit])


@pytest.mark.long
def test_no_history_of_ten_thousand_breaks_a_clock(case, unit, other_unit, third_unit):
    _ran.update(histories=0, steps=0)

    run(10_000, case, [unit, other_unit, third_unit])

    print(  # noqa: T201 -- the figure to report
        f"#63 {_ran['histories']} histories of suspending, extending 3→6 months, handling again "
        f"and transfer, {_ran['steps']} steps: invariant failures 0"
    )
    assert _ran["histories"] >= 10_000
