"""Time in the demonstration: everything happened so many days before the day it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

#: The session opened this many days ago and sat for five.
OPENED, CLOSED = 84, 80


@dataclass(frozen=True)
class Days:
    """The day of the demonstration, and moments counted back from it."""

    today: date

    def ago(self, days: int) -> date:
        """Return the day so many days before today."""
        return self.today - timedelta(days=days)

    def at(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Return a moment of office hours so many days ago."""
        return timezone.make_aware(datetime.combine(self.ago(days), time(hour, minute)))
