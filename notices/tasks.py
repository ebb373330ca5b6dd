"""Payload-free: the rows say what is to be done; a lost or doubled ring harms nothing."""

from celery import shared_task
from django.utils import timezone

from notices.channels import ways_out
from notices.services import delivery, grouping, settling


@shared_task
def group_alerts(**_from_newer_callers: object) -> None:
    grouping.group_alerts(ways=ways_out(), at=timezone.now())


@shared_task
def deliver_messages(**_from_newer_callers: object) -> None:
    delivery.deliver(ways=ways_out(), clock=timezone.now)


@shared_task
def tell_of_stuck_messages(**_from_newer_callers: object) -> None:
    settling.tell_of_stuck(at=timezone.now())
