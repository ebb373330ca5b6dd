from celery import shared_task
from django.utils import timezone

from handling.services import folding, promises, talks


@shared_task
def settle_talks(**_from_newer_callers: object) -> None:
    talks.settle_talks(at=timezone.now())


@shared_task
def settle_answers(**_from_newer_callers: object) -> None:
    folding.settle_answers(at=timezone.now())


@shared_task
def carry_promises_over(**_from_newer_callers: object) -> None:
    now = timezone.now()
    promises.carry_over(timezone.localdate(now).year, at=now)
