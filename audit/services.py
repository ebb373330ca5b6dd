"""Write the audit record. Chaining is the sealer's business (``audit.sealer``)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from django.db import models

from audit.models import AuditEvent


class Actor(Protocol):
    """What the record asks of an acting membership; accounts lies on a floor above."""

    pk: int
    user_id: int
    congress_id: int


def record(
    action: str,
    *,
    by: Actor | None,
    at: datetime,
    subject: models.Model | None = None,
    congress_id: int | None = None,
    detail: dict[str, Any] | None = None,
    address: str | None = None,
    user_id: int | None = None,
) -> AuditEvent:
    """
    Put one write or sensitive read on record, inside the transaction of the deed itself.

    ``detail`` must be JSON-able; never put a secret, a password or a verdict's words in it.
    ``user_id`` names a person who acts in no membership, such as one who is just signing in.
    """
    event = _event(
        action,
        by=by,
        at=at,
        subject=subject,
        congress_id=congress_id,
        detail=detail,
        address=address,
        user_id=user_id,
    )
    event.save(force_insert=True)
    return event


def record_all(
    action: str,
    rows: Iterable[tuple[models.Model, dict[str, Any]]],
    *,
    by: Actor | None,
    at: datetime,
    congress_id: int,
) -> None:
    """Put the same deed on record for many subjects at once, each with its own detail."""
    events = [
        _event(action, by=by, at=at, subject=subject, congress_id=congress_id, detail=detail)
        for subject, detail in rows
    ]
    AuditEvent.objects.bulk_create(events, batch_size=1_000)


def _event(
    action: str,
    *,
    by: Actor | None,
    at: datetime,
    subject: models.Model | None = None,
    congress_id: int | None = None,
    detail: dict[str, Any] | None = None,
    address: str | None = None,
    user_id: int | None = None,
) -> AuditEvent:
    return AuditEvent(
        at=at,
        actor_id=by.user_id if by else user_id,
        membership_id=by.pk if by else None,
        congress_id=congress_id or (by.congress_id if by else None),
        action=action,
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        detail=detail or {},
        address=address,
    )
