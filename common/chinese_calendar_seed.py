"""
Rows for a calendar table out of the State Council's holiday notices (放假安排通知).

They come from the package chinesecalendar, which learns of a year in November of the year before;
years it does not know yield nothing, and the offices enter or import them.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from chinese_calendar import constants

from common.workdays import Calendar, Day, Status

FIRST_YEAR = min(constants.holidays).year
LAST_YEAR = max(constants.holidays).year
# The package says 清明, 端午, 中秋 where the notices say 清明节, 端午节, 中秋节.
_OFFICIAL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
_CHINESE = {
    holiday.value: _OFFICIAL_NAMES.get(holiday.chinese, holiday.chinese)
    for holiday in constants.Holiday
}


class SeedRow(NamedTuple):
    """One day as the notice has it; ``name`` is empty on a day like any other."""

    date: date
    is_workday: bool
    is_statutory_holiday: bool
    name: str
    status: Status = Status.OFFICIAL


def calendar_from_chinesecalendar(years: Iterable[int] | None = None) -> Iterator[SeedRow]:
    """Yield every day of the years that are known, in order; by default of all of them."""
    known = range(FIRST_YEAR, LAST_YEAR + 1)
    for year in sorted(set(known if years is None else years).intersection(known)):
        on = date(year, 1, 1)
        while on.year == year:
            yield _row(on)
            on += timedelta(days=1)


def official_calendar(years: Iterable[int] | None = None) -> Calendar:
    """Make a calendar of the known years."""
    return Calendar(
        {
            row.date: Day(row.is_workday, row.is_statutory_holiday, row.status, row.name)
            for row in calendar_from_chinesecalendar(years)
        }
    )


def _row(on: date) -> SeedRow:
    if on in constants.holidays:
        return SeedRow(on, False, True, _CHINESE[constants.holidays[on]])
    if on in constants.workdays:
        return SeedRow(on, True, False, f"{_CHINESE[constants.workdays[on]]}调休上班")
    return SeedRow(on, on.weekday() < 5, False, "")
