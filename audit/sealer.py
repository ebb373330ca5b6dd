"""
Chain the audit record: one sealer at a time, after the fact.

Chaining inside the business transaction deadlocks under load (tried); here an advisory lock lets
one sealer give numbers and hashes to what has been committed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction

from audit.models import AuditEvent

#: Any constant; it names the sealer's lock and nothing else.
_LOCK = 7_203_115
_ZERO = "0" * 64
_LATE_AFTER = timedelta(hours=1)


def digest(event: AuditEvent, previous_hash: str) -> str:
    """Return the hash of one event over its content, its number and the hash before it."""
    content = {
        "id": event.pk,
        "seq": event.seq,
        "at": event.at.isoformat(timespec="microseconds"),
        "actor": event.actor_id,
        "membership": event.membership_id,
        "congress": event.congress_id,
        "action": event.action,
        "subject": [event.subject_type, event.subject_id],
        "detail": event.detail,
        "address": event.address,
        "previous": previous_hash,
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def seal(*, limit: int = 5_000) -> int:
    """Chain up to ``limit`` unsealed events and return how many were chained."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = AuditEvent.objects.filter(seq__isnull=False).order_by("-seq").first()
    seq, previous = (last.seq or 0, last.hash) if last else (0, _ZERO)

    events = list(AuditEvent.objects.filter(seq__isnull=True).order_by("pk")[:limit])
    for event in events:
        seq += 1
        event.seq, event.previous_hash = seq, previous
        event.hash = previous = digest(event, previous)
    AuditEvent.objects.bulk_update(events, ["seq", "previous_hash", "hash"], batch_size=500)
    return len(events)


def faults() -> Iterator[str]:
    """Yield a sentence for each break in the chain; nothing means it is whole."""
    expected_seq, previous = 1, _ZERO
    sealed = AuditEvent.objects.filter(seq__isnull=False).order_by("seq")
    for event in sealed.iterator(chunk_size=500):
        if event.seq != expected_seq:
            yield f"审计记录序号不连续：应为 {expected_seq}，实为 {event.seq}。"
            expected_seq = event.seq or expected_seq
        if event.previous_hash != previous or event.hash != digest(event, event.previous_hash):
            yield f"审计记录第 {event.seq} 号与摘要不符。"
        expected_seq, previous = expected_seq + 1, event.hash


def late(*, at: datetime) -> Iterator[str]:
    """Yield a hint if events have waited for the sealer so long that it cannot be running."""
    waiting = AuditEvent.objects.filter(seq__isnull=True, at__lt=at - _LATE_AFTER).count()
    if waiting:
        yield f"有{waiting}条审计记录超过一小时没有固化，请检查后台任务是否运行。"
