"""
Running clocks follow the calendar: a notice, new or amended, reckons them again (重算期限).

The calendar lies below and knows no clock; what changed is seen by the mark it left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from audit.services import record
from common.workdays import Due
from congress.calendars import calendar_read_once, note_reckoned, unreckoned_mark
from notices import services as notices
from suggestions import deadlines
from suggestions.models import Deadline
from suggestions.notices import holders_of
from suggestions.workflow import lock_case

SLICE = 2_000


def reckon_again(*, at: datetime, always: bool = False) -> int:
    """
    Reckon the open clocks by the calendar as it is now, and return how many last days moved.

    Nothing is done while the calendar is the one that was reckoned with before, unless ``always``:
    a clock may have been started while a notice was being entered.
    """
    # The mark before the days: a change in between leaves another mark, and is seen next time.
    mark = unreckoned_mark()
    if mark is None and not always:
        return 0
    moved = 0
    with calendar_read_once():
        for case_id, keys in _of_cases(_out_of_date()):
            moved += _reckon_case(case_id, keys, at=at)
    if mark is not None:
        note_reckoned(mark)
    return moved


def _out_of_date() -> list[Deadline]:
    """Find the open clocks that the calendar contradicts; whatever else runs is only read."""
    by_rule = Deadline.objects.open().filter(
        source=Deadline.Source.RULE, extended_from__isnull=True
    )
    return [clock for clock in by_rule.order_by().iterator(SLICE) if _due_anew(clock) is not None]


def _due_anew(clock: Deadline) -> Due | None:
    due = deadlines.reckoned_now(clock)
    return None if due is None or deadlines.stands_by(clock, due) else due


def _of_cases(clocks: Iterable[Deadline]) -> list[tuple[int | None, list[int]]]:
    keys: dict[int | None, list[int]] = defaultdict(list)
    for clock in clocks:
        keys[clock.suggestion_id].append(clock.pk)
    return list(keys.items())


@transaction.atomic
def _reckon_case(case_id: int | None, keys: list[int], *, at: datetime) -> int:
    if case_id is not None:
        lock_case(case_id)
    moved = 0
    # Read again under the lock: one may have been met or extended meanwhile.
    for clock in Deadline.objects.filter(pk__in=keys).order_by("pk"):
        due = _due_anew(clock)
        if due is not None:
            moved += _reckon(clock, due, at=at)
    return moved


def _reckon(clock: Deadline, due: Due, *, at: datetime) -> bool:
    was, today = clock.due_on, timezone.localdate(at)
    if not deadlines.follow_calendar(clock, due, on=today):
        return False
    record(
        "deadline.reckon",
        by=None,
        at=at,
        subject=clock,
        congress_id=clock.congress_id,
        detail={"due_on": [str(was), str(clock.due_on)]},
    )
    about = f"：{clock.suggestion}" if clock.suggestion else ""
    notices.post(
        to=holders_of(clock, on=today),
        text=f"放假安排有变，{clock.get_kind_display()}期限由{_day(was)}改为{_day(clock.due_on)}{about}",
        about=clock.suggestion,
        at=at,
    )
    return True


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
