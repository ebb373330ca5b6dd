"""A page deep inside a hundred thousand rows costs about what the first one does."""

import statistics
import time
from datetime import date, timedelta

import pytest
from django.db import connection

from congress.models import CalendarDay
from tests.common.test_listing import listing

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def median_milliseconds(query):
    times = []
    for _ in range(9):
        started = time.perf_counter()
        found = listing(query)
        times.append(1000 * (time.perf_counter() - started))
        assert len(found.rows) == 50
    return round(statistics.median(times), 1)


def test_page_two_thousand_is_no_slower_than_the_first():
    CalendarDay.objects.all().delete()
    days = (date(1800, 1, 1) + timedelta(days=n) for n in range(100_000))
    CalendarDay.objects.bulk_create(
        (CalendarDay(date=on, is_workday=True, name=str(on.day), status="official") for on in days),
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE congress_calendarday")
    listing()  # the total is counted once and kept

    times = {page: median_milliseconds(f"page={page}") for page in (1, 2, 1000, 1999, 2000)}

    print(f"milliseconds by page of 2,000: {times}")  # noqa: T201 - the figure to report
    assert times[2000] <= 2 * times[1] + 10
    assert max(times.values()) <= 200
