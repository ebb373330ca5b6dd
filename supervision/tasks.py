from celery import shared_task
from django.utils import timezone

from supervision.services import reminders


@shared_task
def remind(**_from_newer_callers: object) -> None:
    """Tell people of what is due and overdue."""
    now = timezone.now()
    reminders.remind(on=timezone.localdate(now), at=now)
