"""The calendar in memory never lags behind the table."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from audit.models import AuditEvent
from common import workdays
from common.workdays import Amount, Unit
from congress.calendars import calendar_read_once, missing_years, seed_calendar, working_calendar
from congress.models import CalendarDay
from congress.selectors import special_days
from congress.services import DayEntry, DayTwice, WorkdayAndHoliday, import_days, override_day
from tests.factories import NOW

SPRING = date(2027, 2, 8)


@pytest.fixture(autouse=True)
def _calendar(db) -> None:
    seed_calendar([2025, 2026])


def rest_on(day: date) -> CalendarDay:
    return override_day(
        day,
        is_workday=False,
        is_statutory_holiday=True,
        name="春节",
        source="国办通知",
        by=None,
        at=NOW,
    )


class TestWorkingCalendar:
    def test_is_read_once_while_nothing_changes(self, django_assert_num_queries):
        calendar = working_calendar()

        with django_assert_num_queries(1):
            assert working_calendar() is calendar

    def test_notices_every_kind_of_change(self):
        working_calendar()

        rest_on(SPRING)
        assert not working_calendar().is_workday(SPRING)
        CalendarDay.objects.filter(date=SPRING).update(is_workday=True, is_statutory_holiday=False)
        assert working_calendar().is_workday(SPRING)
        CalendarDay.objects.filter(date=SPRING).delete()
        assert working_calendar().day(SPRING).status == workdays.Status.PROVISIONAL

    def test_forgets_what_was_rolled_back(self):
        with transaction.atomic():
            rest_on(SPRING)
            assert not working_calendar().is_workday(SPRING)
            transaction.set_rollback(True)

        assert working_calendar().is_workday(SPRING)

    def test_asks_once_in_a_request(self, django_assert_num_queries):
        with calendar_read_once():
            calendar = working_calendar()
            with django_assert_num_queries(0):
                assert working_calendar() is calendar

    def test_sees_its_own_change_within_a_request(self):
        with calendar_read_once():
            working_calendar()
            rest_on(SPRING)

            assert not working_calendar().is_workday(SPRING)

    def test_computes_into_a_year_without_a_notice_and_says_so(self):
        due = workdays.add(date(2026, 11, 30), Amount(3, Unit.MONTH), working_calendar())

        assert (due.due_on, due.is_provisional) == (date(2027, 3, 1), True)

    def test_is_official_within_a_year_with_one(self):
        due = workdays.add(date(2025, 7, 1), Amount(3, Unit.MONTH), working_calendar())

        assert (due.due_on, due.is_provisional) == (date(2025, 10, 9), False)


class TestSeedCalendar:
    def test_leaves_alone_what_people_corrected(self):
        christmas = date(2026, 12, 25)
        rest_on(christmas)

        assert seed_calendar() >= 0

        assert not CalendarDay.objects.get(date=christmas).is_workday

    def test_tells_which_years_are_missing(self):
        assert missing_years(on=date(2026, 11, 21)) == [2027]
        rest_on(SPRING)
        assert missing_years(on=date(2026, 11, 21)) == []


class TestImportDays:
    def test_replaces_what_was_there_and_is_on_record(self):
        entries = [DayEntry(SPRING + timedelta(days=n), False, True, "春节") for n in range(3)]
        override_day(SPRING, is_workday=True, source="误", by=None, at=NOW)

        assert import_days(entries, source="国办通知", by=None, at=NOW) == 3

        assert not working_calendar().is_workday(SPRING)
        event = AuditEvent.objects.get(action="calendar.import")
        assert event.detail["days"] == ["2027-02-08", "2027-02-09", "2027-02-10"]

    def test_refuses_a_day_twice(self):
        with pytest.raises(DayTwice):
            import_days([DayEntry(SPRING, True)] * 2, source="x", by=None, at=NOW)

    def test_refuses_a_working_holiday(self):
        with pytest.raises(WorkdayAndHoliday):
            import_days([DayEntry(SPRING, True, True)], source="x", by=None, at=NOW)
        with pytest.raises(WorkdayAndHoliday):
            override_day(
                SPRING, is_workday=True, is_statutory_holiday=True, source="x", by=None, at=NOW
            )


def test_special_days_are_those_that_are_not_what_their_weekday_says():
    days = {day.date for day in special_days(2026)}

    assert {date(2026, 10, 1), date(2026, 10, 10)} <= days
    assert date(2026, 3, 9) not in days
    assert date(2026, 3, 14) not in days
