from celery import shared_task
from django.utils import timezone

from suggestions.services import reckoning, sweeping


@shared_task
def reckon_deadlines(*, always: bool = False, **_from_newer_callers: object) -> None:
    """Let the clocks follow a change of the working-day calendar."""
    reckoning.reckon_again(at=timezone.now(), always=always)


@shared_task
def sweep_files(**_from_newer_callers: object) -> None:
    sweeping.sweep_files(at=timezone.now())
