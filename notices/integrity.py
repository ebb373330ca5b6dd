"""What must hold between alerts and messages and no single constraint can say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef

from notices.models import Alert, Message

#: The drain runs every minute; an alert that waits so long for its place was forgotten.
FORGOTTEN_AFTER = timedelta(hours=1)


def faults() -> Iterator[str]:
    """Yield a sentence for each contradiction."""
    foreign = Alert.objects.exclude(recipient__user=F("message__user"))
    for alert in foreign.filter(message__isnull=False).iterator():
        yield f"提醒{alert.pk}归入了发给他人的消息{alert.message_id}。"

    alerts = Alert.objects.filter(message=OuterRef("pk"))
    for message in Message.objects.filter(~Exists(alerts)).iterator():
        yield f"对外消息{message.pk}不含任何提醒。"


def late(*, at: datetime) -> Iterator[str]:
    """Yield a hint if alerts have waited for the drain so long that it cannot be running."""
    forgotten = Alert.objects.filter(grouped_at__isnull=True, at__lt=at - FORGOTTEN_AFTER).count()
    if forgotten:
        yield f"有{forgotten}条提醒超过一小时没有归入对外消息，请检查后台任务是否运行。"
