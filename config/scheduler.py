"""Celery's beat on a clock that may be set back."""

from datetime import timedelta

from celery.beat import PersistentScheduler

#: Clocks that are kept right step by less.
_GRACE = timedelta(seconds=30)
_LONG_AGO = timedelta(days=2)


class Scheduler(PersistentScheduler):
    """
    Beat's own scheduler, which rings for everything once after the clock was set back.

    By itself it waits until the clock has caught up with what it did last: after a day that was
    set by mistake, and corrected, no message would leave for a day, however often beat is started.
    Every task may run twice, so one ring too many does nothing.
    """

    def tick(self) -> float:
        """Ring for one task that is due and return the seconds until the next look."""
        self._forget_what_is_to_come()
        return float(super().tick())

    def _forget_what_is_to_come(self) -> None:
        early = [
            entry
            for entry in self.schedule.values()
            if entry.last_run_at > entry.default_now() + _GRACE
        ]
        if early:
            for entry in self.schedule.values():
                entry.last_run_at = entry.default_now() - _LONG_AGO
            # When each is due next was reckoned by the clock that was wrong.
            self._heap = None
