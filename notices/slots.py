"""
The hours at which people are told things outside (发送时段).

A few times on a working day, never at night and never on a day off: pure arithmetic, the calendar
and the hours are passed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from common.workdays import Calendar

ONE_DAY = timedelta(days=1)
#: What could not be delivered at its hour is tried again until then, not later.
OFFICES_CLOSE = time(18)


class Slot(NamedTuple):
    """One hour of one day; ``number`` reads like a clock without its colon (930 is 9:30)."""

    day: date
    number: int

    @property
    def opens_at(self) -> datetime:
        """Return the moment from which its messages may go."""
        hour, minute = divmod(self.number, 100)
        return timezone.make_aware(datetime.combine(self.day, time(hour, minute)))


@dataclass(frozen=True)
class Timetable:
    """The hours of every working day."""

    hours: Sequence[time]
    calendar: Calendar

    def first_from(self, at: datetime) -> Slot:
        """Find the first slot that opens at a moment or after it."""
        day = timezone.localdate(at)
        while True:
            for slot in self._slots_on(day):
                if slot.opens_at >= at:
                    return slot
            day += ONE_DAY

    def on_next_day(self, slot: Slot) -> Slot:
        """Find the first slot of the working day after another's."""
        midnight = datetime.combine(slot.day + ONE_DAY, time.min)
        return self.first_from(timezone.make_aware(midnight))

    def is_open(self, at: datetime) -> bool:
        """Test if people may be told things outside now: within the hours of a working day."""
        local = timezone.localtime(at)
        slots = self._slots_on(local.date())
        return bool(slots) and slots[0].opens_at <= at and local.time() < OFFICES_CLOSE

    def moment_from(self, at: datetime) -> datetime:
        """Find the first moment within working hours at a moment or after it."""
        return at if self.is_open(at) else self.first_from(at).opens_at

    def _slots_on(self, day: date) -> list[Slot]:
        if not self.calendar.is_workday(day):
            return []
        return [Slot(day, hour.hour * 100 + hour.minute) for hour in sorted(self.hours)]
