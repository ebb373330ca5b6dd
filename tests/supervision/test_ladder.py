"""Rungs of reminders: before the day, on it, and each week after."""

from datetime import date, timedelta

import pytest

from supervision.ladder import Rung, latest_rung, words

START, DUE = date(2026, 3, 1), date(2026, 6, 9)
RUNGS = (15, 7, 3, 1, 0)


@pytest.mark.parametrize(
    ("left", "rung"),
    [
        (16, None),
        (15, 15),
        (14, 15),
        (8, 15),
        (7, 7),
        (5, 7),
        (3, 3),
        (2, 3),
        (1, 1),
        (0, 0),
        (-1, -1),
        (-7, -1),
        (-8, -8),
        (-14, -8),
        (-15, -15),
    ],
)
def test_only_the_latest_rung_counts(left, rung):
    found = latest_rung(START, DUE, on=DUE - timedelta(days=left), rungs=RUNGS)

    assert (found.number if found else None) == rung


def test_a_rung_has_the_same_day_however_late_it_is_said():
    days = {latest_rung(START, DUE, on=date(2026, 6, day), rungs=RUNGS) for day in (2, 3, 5)}

    assert days == {Rung(7, date(2026, 6, 2))}


def test_who_was_asked_today_is_not_reminded():
    assert latest_rung(date(2026, 6, 2), DUE, on=date(2026, 6, 3), rungs=RUNGS) is None


@pytest.mark.parametrize(("day", "said"), [(8, "还有1天到期"), (9, "今天到期"), (12, "已逾期3天")])
def test_how_it_stands_in_words(day, said):
    assert words(date(2026, 6, day), DUE) == said
