"""
The arithmetic of periods (期间): a start day and an amount in, a last day and its reasons out.

The calendar is passed in, so that nothing here touches a database or a clock. The rules are those
of 《民法典》第二百条至第二百零四条, the only general law on periods; local rules may count in
working days (工作日) instead, which the amount says.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from common.explanations import Explanation, Run, rule_text

ONE_DAY = timedelta(days=1)
SATURDAY = 5
WEEKEND, EXTRA_WORKDAY = "周末", "调休上班"


class Unit(StrEnum):
    """What a period is counted in."""

    CALENDAR_DAY = "calendar_day"
    WORKDAY = "workday"
    MONTH = "month"


UNIT_NAMES = {Unit.CALENDAR_DAY: "日", Unit.WORKDAY: "个工作日", Unit.MONTH: "个月"}


class Status(StrEnum):
    """How sure a day of the calendar is."""

    OFFICIAL = "official"
    PROVISIONAL = "provisional"


class Day(NamedTuple):
    """
    One day of a calendar.

    ``is_statutory_holiday`` tells the days off of a holiday (放假) from an ordinary weekend;
    ``name`` is the holiday, or for a working weekend day the holiday it makes up for.
    """

    is_workday: bool
    is_statutory_holiday: bool = False
    status: Status = Status.OFFICIAL
    name: str = ""


class Amount(NamedTuple):
    """How long a period is, e.g. three months."""

    n: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.n}{UNIT_NAMES[self.unit]}"


class Due(NamedTuple):
    """The last day of a period (截止日)."""

    due_on: date
    is_provisional: bool
    explanation: Explanation


@dataclass(frozen=True)
class Calendar:
    """
    Working days and holidays.

    A day that ``days`` does not hold goes by its weekday and is provisional (暂定).
    """

    days: Mapping[date, Day] = field(default_factory=dict)

    def day(self, on: date) -> Day:
        """Look a day up."""
        known = self.days.get(on)
        return known if known is not None else _by_weekday(on)

    def is_workday(self, on: date) -> bool:
        """Test if people work on this day (工作日)."""
        return self.day(on).is_workday

    def name(self, on: date) -> str:
        """Name what is special about a day: the holiday, 周末, 调休上班, or nothing."""
        day = self.day(on)
        if not day.is_workday:
            return day.name or WEEKEND
        return (day.name or EXTRA_WORKDAY) if on.weekday() >= SATURDAY else ""

    @cached_property
    def _exceptions(self) -> tuple[list[date], list[int]]:
        """
        Days that do not go by their weekday, in order, and the workdays gained up to each.

        Counting between two days then costs two bisections, not a walk: a list shows thousands.
        """
        gains = {
            on: int(day.is_workday) - int(_by_weekday(on).is_workday)
            for on, day in sorted(self.days.items())
        }
        changed = {on: gain for on, gain in gains.items() if gain}
        return list(changed), [0, *accumulate(changed.values())]

    def workdays_up_to(self, last: date) -> int:
        """Count the workdays from the first day of the era up to and including ``last``."""
        # date.toordinal() is 1 on a Monday, the 1st of January of the year 1.
        weeks, rest = divmod(last.toordinal(), 7)
        exceptions, gained = self._exceptions
        return weeks * 5 + min(rest, 5) + gained[bisect_right(exceptions, last)]


def add(start: date, amount: Amount, calendar: Calendar) -> Due:
    """
    Find the last day of a period that begins with an event on ``start``.

    The day of the event does not count (民法典第二百零一条). A period in days or months whose last
    day is no working day ends on the next one (第二百零三条); a weekend counts as such unless the
    State Council's notice makes it a working day (调休上班).

    :raises ValueError: if the amount is negative.
    """
    if amount.n < 0:
        raise ValueError("a period cannot be negative")
    if amount.unit == Unit.WORKDAY and amount.n:
        last = _walk_workdays(start, amount.n, calendar)
        return _explained(start, amount, calendar, nominal=last, due_on=last)

    if amount.unit == Unit.MONTH:
        nominal = _corresponding_day(start, amount.n)
    else:
        nominal = start + timedelta(days=amount.n)
    return _explained(
        start, amount, calendar, nominal=nominal, due_on=roll_forward(nominal, calendar)
    )


def roll_forward(on: date, calendar: Calendar) -> date:
    """Find the first workday on or after a day (顺延)."""
    while not calendar.is_workday(on):
        on += ONE_DAY
    return on


def next_workday(after: date, calendar: Calendar, n: int = 1) -> date:
    """Find the n-th workday after a day."""
    return _walk_workdays(after, n, calendar)


def previous_workday(before: date, calendar: Calendar, n: int = 1) -> date:
    """Find the n-th workday before a day, e.g. when to remind five workdays ahead."""
    return _walk_workdays(before, n, calendar, step=-ONE_DAY)


def workdays_between(start: date, end: date, calendar: Calendar) -> int:
    """
    Count the workdays after ``start`` up to and including ``end``; negative backwards.

    It undoes ``add``: as many workdays after ``start`` as it counts, the period ends on ``end``.
    """
    return calendar.workdays_up_to(end) - calendar.workdays_up_to(start)


def days_left(due_on: date, *, on: date) -> int:
    """Count the calendar days left (剩余天数): 0 on the last day, negative once overdue (逾期)."""
    return (due_on - on).days


def workdays_left(due_on: date, *, on: date, calendar: Calendar) -> int:
    """Count the workdays left: 0 on the last day, negative once overdue."""
    return workdays_between(on, due_on, calendar)


def _by_weekday(on: date) -> Day:
    return Day(is_workday=on.weekday() < SATURDAY, status=Status.PROVISIONAL)


def _corresponding_day(start: date, months: int) -> date:
    # 民法典第二百零二条: the corresponding day, else the last day of the month.
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _walk_workdays(start: date, n: int, calendar: Calendar, step: timedelta = ONE_DAY) -> date:
    on = start
    while n:
        on += step
        n -= calendar.is_workday(on)
    return on


def _explained(
    start: date, amount: Amount, calendar: Calendar, *, nominal: date, due_on: date
) -> Due:
    in_workdays = amount.unit == Unit.WORKDAY
    # Only the days that decide: all that were walked over, or the last day and those it moved over.
    decisive = list(_days(start + ONE_DAY if in_workdays and amount.n else nominal, due_on))
    provisional = [on for on in decisive if calendar.day(on).status == Status.PROVISIONAL]
    moved = due_on != nominal
    is_month = amount.unit == Unit.MONTH
    explanation = Explanation(
        start=start.isoformat(),
        amount=amount.n,
        unit=amount.unit.value,
        amount_text=str(amount),
        rule=rule_text(amount.unit, moved=moved),
        counted_from=(start + ONE_DAY).isoformat(),
        corresponding_day=nominal.isoformat() if is_month else None,
        is_month_end=is_month and nominal.day != start.day,
        skipped=_runs([on for on in decisive if not calendar.is_workday(on)], calendar),
        make_up_workdays=_runs(
            [on for on in decisive if calendar.is_workday(on) and on.weekday() >= SATURDAY],
            calendar,
        ),
        moved_from=nominal.isoformat() if moved else None,
        moved_because=calendar.name(nominal) if moved else None,
        due_on=due_on.isoformat(),
        provisional_from=provisional[0].isoformat() if provisional else None,
    )
    return Due(due_on, bool(provisional), explanation)


def _runs(days: list[date], calendar: Calendar) -> list[Run]:
    runs: list[Run] = []
    for on in days:
        name = calendar.name(on)
        yesterday = (on - ONE_DAY).isoformat()
        if runs and runs[-1]["name"] == name and runs[-1]["last"] == yesterday:
            runs[-1]["last"] = on.isoformat()
            runs[-1]["days"] += 1
        else:
            runs.append(Run(first=on.isoformat(), last=on.isoformat(), days=1, name=name))
    return runs


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY
