"""Instants are kept in UTC and shown on the day that Shanghai had, summer time or not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from common.templatetags.ui import cn_date, cn_time, iso, lamp_of
from notices.models import Alert
from tests.factories.notices import make_alert

#: Summer time in China, by the orders of the State Council: from the first to the last day of each
#: year at 2:00 the clock was one hour ahead (国办发〔1986〕… to its end in 1992).
SUMMER = {
    1986: (date(1986, 5, 4), date(1986, 9, 14)),
    1987: (date(1987, 4, 12), date(1987, 9, 13)),
    1988: (date(1988, 4, 17), date(1988, 9, 11)),
    1989: (date(1989, 4, 16), date(1989, 9, 17)),
    1990: (date(1990, 4, 15), date(1990, 9, 16)),
    1991: (date(1991, 4, 14), date(1991, 9, 15)),
}
EDGES = ((0, 0, 0), (0, 59, 59), (12, 0, 0), (23, 59, 59))


def days() -> list[date]:
    """List the days that go wrong most easily."""
    found = []
    for first, last in SUMMER.values():
        found += [first - timedelta(days=1), first + timedelta(days=1)]
        found += [last - timedelta(days=1), last + timedelta(days=1)]
    found += [date(year, 2, 29) for year in (1988, 2000, 2004, 2016, 2020, 2024)]
    found += [date(year, 3, 1) for year in (1987, 2000, 2023, 2024)]
    found += [date(year, 12, 31) for year in (1986, 1991, 1999, 2008, 2024)]
    found += [date(year, 1, 1) for year in (1987, 1992, 2000, 2025, 2026)]
    found += [date(1992, 7, 1), date(2026, 2, 17), date(2026, 4, 30), date(2026, 6, 9)]
    found += [date(2026, 10, 25), date(2026, 3, 29)]  # Europe's and nobody's here
    return found


def in_utc(day: date, hour: int, minute: int, second: int) -> datetime:
    """Say by hand which instant it was when the clock of Shanghai showed this."""
    first, last = SUMMER.get(day.year, (None, None))
    ahead = 9 if first and first < day < last else 8
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=UTC) - timedelta(
        hours=ahead
    )


CASES = [(day, edge, in_utc(day, *edge)) for day in days() for edge in EDGES]


def shown(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日 (周{'一二三四五六日'[day.weekday()]})"


@pytest.mark.django_db
def test_every_instant_is_kept_in_utc_and_shown_on_its_day(staff):
    alerts = [make_alert(staff, at=instant, key=f"{n}") for n, (*_, instant) in enumerate(CASES)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, at AT TIME ZONE 'UTC' FROM notices_alert")
        kept = dict(cursor.fetchall())

    rows = Alert.objects.in_bulk([alert.pk for alert in alerts])
    wrong = []
    for alert, (day, (hour, minute, second), instant) in zip(alerts, CASES, strict=True):
        at = rows[alert.pk].at
        says = (
            kept[alert.pk].replace(tzinfo=UTC),
            timezone.localdate(at),
            cn_date(at),
            cn_time(at),
            iso(at)[:16],
            Alert.objects.filter(pk=alert.pk, at__date=day).exists(),
        )
        clock = f"{hour:02}:{minute:02}"
        expected = (instant, day, shown(day), f"{shown(day)} {clock}", f"{day}T{clock}", True)
        if says != expected:
            wrong.append((day, hour, minute, second, says))

    print(  # noqa: T201 -- the figure to report
        f"#64 {len(CASES)} instants kept in UTC: wrong day shown {len(wrong)}/{len(CASES)}"
    )
    assert len(CASES) >= 200
    assert wrong == []


@pytest.mark.parametrize("due_on", [date(2024, 2, 29), date(2026, 12, 31), date(2026, 6, 9)])
def test_the_last_second_of_the_last_day_is_in_time_and_the_next_is_not(due_on):
    last = in_utc(due_on, 23, 59, 59)

    in_time = lamp_of(due_on, due_on, met_at=last)
    late = lamp_of(due_on, due_on, met_at=last + timedelta(seconds=1))

    assert (in_time.state, late.state) == ("met", "met-late")
    assert "逾期1天" in late.text
