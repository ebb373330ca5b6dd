"""
The working-day calendar in force (工作日历), read from the table and kept in the process.

Every change of the table leaves a new mark (a trigger writes it); a copy in memory is used only
while its mark is the table's. Inside ``calendar_read_once()`` — a request, a batch — the mark is
looked at once.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from uuid import UUID

from django.db.models import F

from common.chinese_calendar_seed import calendar_from_chinesecalendar
from common.workdays import Calendar, Day, Status
from congress.models import CalendarDay, CalendarMark

SEED_SOURCE = "国务院办公厅放假安排通知（chinesecalendar）"


#: The copy in this process with the mark of the table it was read from, as one assignment.
_kept: dict[str, tuple[UUID, Calendar]] = {}
_read_once: ContextVar[list[Calendar] | None] = ContextVar("calendar_read_once", default=None)


def working_calendar() -> Calendar:
    """Return the calendar as the table has it now (工作日历)."""
    this_time = _read_once.get()
    if this_time:
        return this_time[0]
    calendar = _current()
    if this_time is not None:
        this_time.append(calendar)
    return calendar


@contextmanager
def calendar_read_once() -> Iterator[None]:
    """Look at the table at most once until the block ends: for a request or a batch."""
    token = _read_once.set([])
    try:
        yield
    finally:
        _read_once.reset(token)


def forget_calendar() -> None:
    """Let the rest of a request read anew what it has just changed itself."""
    this_time = _read_once.get()
    if this_time is not None:
        this_time.clear()


def seed_calendar(years: Iterable[int] | None = None) -> int:
    """
    Enter the official days of the years that chinesecalendar knows and return how many were new.

    What people have entered or corrected stays as it is.
    """
    known = set(CalendarDay.objects.values_list("date", flat=True))
    days = [
        CalendarDay(**row._asdict(), source=SEED_SOURCE)
        for row in calendar_from_chinesecalendar(years)
        if row.date not in known
    ]
    CalendarDay.objects.bulk_create(days, batch_size=2000)
    forget_calendar()
    return len(days)


def missing_years(*, on: date) -> list[int]:
    """List this year and the next where the calendar has no official day of them yet."""
    official = CalendarDay.objects.filter(status=CalendarDay.Status.OFFICIAL)
    known = {day.year for day in official.dates("date", "year")}
    return [year for year in (on.year, on.year + 1) if year not in known]


def unreckoned_mark() -> UUID | None:
    """Return the calendar's mark if clocks were not reckoned again since it was left."""
    changed = CalendarMark.objects.exclude(reckoned=F("mark"))
    return changed.values_list("mark", flat=True).first()


def note_reckoned(mark: UUID) -> None:
    """Remember that the clocks stand by the calendar that left this mark."""
    CalendarMark.objects.update(reckoned=mark)


def _current() -> Calendar:
    # The mark first, the days after it: a change in between only costs another reading.
    mark = CalendarMark.objects.values_list("mark", flat=True).first()
    kept = _kept.get("copy")
    if mark is not None and kept is not None and kept[0] == mark:
        return kept[1]
    calendar = _read()
    if mark is not None:
        _kept["copy"] = (mark, calendar)
    return calendar


def _read() -> Calendar:
    rows = CalendarDay.objects.values_list(
        "date", "is_workday", "is_statutory_holiday", "status", "name"
    )
    return Calendar(
        {
            on: Day(is_workday, is_holiday, Status(status), name)
            for on, is_workday, is_holiday, status, name in rows
        }
    )
