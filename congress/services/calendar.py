"""
Corrections of the working-day calendar (工作日历) by the system administrator, on record.

Running clocks are reckoned again by ``suggestions``, which sees that the calendar changed.
"""

from calendar import isleap
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from audit.services import Actor, record
from common.refusals import Refusal
from common.workdays import SATURDAY
from congress.calendars import forget_calendar
from congress.models import CalendarDay


class WorkdayAndHoliday(Refusal):
    def __init__(self, on: date):
        super().__init__(f"{on:%Y-%m-%d}不能既是工作日又是法定休假日。")


class DayTwice(Refusal):
    def __init__(self, on: date):
        super().__init__(f"{on:%Y-%m-%d}在表中出现了两次。")


class DayEntry(NamedTuple):
    """One day as a notice has it."""

    date: date
    is_workday: bool
    is_statutory_holiday: bool = False
    name: str = ""


@transaction.atomic
def override_day(
    on: date,
    *,
    is_workday: bool,
    source: str,
    by: Actor | None,
    at: datetime,
    is_statutory_holiday: bool = False,
    name: str = "",
    status: str = CalendarDay.Status.OFFICIAL,
) -> CalendarDay:
    """
    Enter or correct one day by a notice (更正工作日历).

    :raises WorkdayAndHoliday: if the day is said to be both.
    """
    if is_workday and is_statutory_holiday:
        raise WorkdayAndHoliday(on)
    values = {
        "is_workday": is_workday,
        "is_statutory_holiday": is_statutory_holiday,
        "name": name,
        "status": status,
        "source": source,
    }
    day, is_new = CalendarDay.objects.update_or_create(date=on, defaults=values)
    forget_calendar()
    record("calendar.override", by=by, at=at, subject=day, detail=values | {"is_new": is_new})
    return day


@transaction.atomic
def import_days(
    days: Iterable[DayEntry],
    *,
    source: str,
    by: Actor | None,
    at: datetime,
    year: int | None = None,
) -> int:
    """
    Enter a notice of the State Council (导入放假安排) and return how many days it names.

    A notice that arranges a whole ``year`` names only its special days: all others of that year
    go by their weekday from then on, and are no longer provisional.

    :raises DayTwice: if a day comes twice.
    :raises WorkdayAndHoliday: if a day is said to be both.
    """
    entries: dict[date, DayEntry] = {}
    for entry in days:
        if entry.date in entries:
            raise DayTwice(entry.date)
        if entry.is_workday and entry.is_statutory_holiday:
            raise WorkdayAndHoliday(entry.date)
        entries[entry.date] = entry
    ordinary = {on: DayEntry(on, on.weekday() < SATURDAY) for on in _days_of(year)}
    status = CalendarDay.Status.OFFICIAL
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(**entry._asdict(), status=status, source=source)
            for entry in (ordinary | entries).values()
        ],
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["is_workday", "is_statutory_holiday", "name", "status", "source"],
    )
    forget_calendar()
    detail = {"source": source, "year": year, "days": [str(on) for on in sorted(entries)]}
    record("calendar.import", by=by, at=at, detail=detail)
    return len(entries)


def _days_of(year: int | None) -> list[date]:
    if year is None:
        return []
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range(366 if isleap(year) else 365)]
