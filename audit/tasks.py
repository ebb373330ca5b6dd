from celery import shared_task
from django.utils import timezone

from audit import anchor, sealer


@shared_task
def seal_audit_record(**_from_newer_callers: object) -> None:
    sealer.seal()


@shared_task
def anchor_audit_record(**_from_newer_callers: object) -> None:
    anchor.tell_head(at=timezone.now())
