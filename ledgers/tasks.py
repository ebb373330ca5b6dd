"""Background work on ledgers; the job rows say what is to be done, the messages only ring."""

from celery import shared_task
from django.utils import timezone

from ledgers import running
from ledgers.services import jobs


@shared_task
def run_jobs(**_from_newer_callers: object) -> None:
    for job in jobs.unfinished():
        running.run(job.pk, at=timezone.now())


@shared_task
def remove_expired(**_from_newer_callers: object) -> None:
    now = timezone.now()
    jobs.remove_expired(at=now)
    jobs.sweep_files(at=now)
