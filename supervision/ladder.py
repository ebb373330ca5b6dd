"""
Which rung of the ladder a deadline stands on, on a day (提醒档次).

Before the day the rungs are those of the local rules (15, 7, 3, 1, 0 days); from the day after,
one rung a week, numbered −1, −8, −15… A rung has a day of its own, and a reminder is named after
it: two runs on a day, or ten after a gap, say the same thing once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

WEEK = 7


class Rung(NamedTuple):
    """A rung and its day."""

    number: int
    day: date


def latest_rung(starts_on: date, due_on: date, *, on: date, rungs: Iterable[int]) -> Rung | None:
    """
    Find the latest rung whose day has come, None before the first.

    A rung on or before the day the clock began is left out: who was asked today is not reminded.
    """
    left = (due_on - on).days
    if left < 0:
        weeks = (-left - 1) // WEEK
        return Rung(-1 - WEEK * weeks, due_on + timedelta(days=1 + WEEK * weeks))
    reached = [rung for rung in rungs if rung >= left]
    if not reached:
        return None
    day = due_on - timedelta(days=min(reached))
    return Rung(min(reached), day) if day > starts_on else None


def words(on: date, due_on: date) -> str:
    """Say how a deadline stands on a day: 还有3天, 今天到期, 已逾期2天."""
    left = (due_on - on).days
    if left > 0:
        return f"还有{left}天到期"
    return "今天到期" if left == 0 else f"已逾期{-left}天"
