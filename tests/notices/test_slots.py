"""At working hours on working days, whatever the moment something happens."""

from datetime import UTC, date, datetime, time

import pytest
from django.utils import timezone

from common.chinese_calendar_seed import calendar_from_chinesecalendar
from common.workdays import Calendar, Day
from notices.slots import Slot, Timetable

DAYS = {row.date: Day(*row[1:3]) for row in calendar_from_chinesecalendar([2026])}
TIMETABLE = Timetable([time(15), time(9)], Calendar(DAYS))


def shanghai(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        (shanghai(3, 9, 0, 1), Slot(date(2026, 3, 9), 900)),
        (shanghai(3, 9, 9), Slot(date(2026, 3, 9), 900)),
        (shanghai(3, 9, 9, 1), Slot(date(2026, 3, 9), 1500)),
        (shanghai(3, 9, 15, 1), Slot(date(2026, 3, 10), 900)),
        # Friday evening, and the day before the Spring Festival (放假 2026-02-15 至 02-23).
        (shanghai(3, 13, 18), Slot(date(2026, 3, 16), 900)),
        (shanghai(2, 14, 16), Slot(date(2026, 2, 24), 900)),
        # A Saturday on which people work (调休上班).
        (shanghai(2, 14, 8), Slot(date(2026, 2, 14), 900)),
    ],
)
def test_the_first_slot_from_a_moment(at, slot):
    assert TIMETABLE.first_from(at) == slot


@pytest.mark.parametrize("number", [900, 1500])
def test_the_next_day_is_the_next_one_people_work(number):
    friday = Slot(date(2026, 3, 13), number)

    assert TIMETABLE.on_next_day(friday) == Slot(date(2026, 3, 16), 900)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (shanghai(3, 13, 8), False),
        (shanghai(3, 13, 9), True),
        (shanghai(3, 13, 18), False),
        (shanghai(3, 14, 10), False),
        (shanghai(2, 14, 10), True),  # a Saturday on which people work (调休上班)
        (shanghai(2, 16, 10), False),  # a Monday off (春节)
    ],
)
def test_people_are_told_within_the_hours_of_working_days(at, is_open):
    assert TIMETABLE.is_open(at) is is_open


def test_a_slot_opens_by_the_local_clock():
    assert Slot(date(2026, 3, 9), 930).opens_at == datetime(2026, 3, 9, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        (shanghai(3, 9, 8), shanghai(3, 9, 9)),
        (shanghai(3, 9, 11, 7), shanghai(3, 9, 11, 7)),
        (shanghai(3, 9, 17, 59), shanghai(3, 9, 17, 59)),
        (shanghai(3, 9, 18), shanghai(3, 10, 9)),
        (shanghai(3, 14, 11), shanghai(3, 16, 9)),
    ],
)
def test_a_second_try_keeps_to_working_hours(at, moment):
    assert TIMETABLE.moment_from(at) == moment
