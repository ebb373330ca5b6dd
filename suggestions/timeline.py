"""What people read as the history of a case; each entry is put on the audit record as well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Membership
from audit import services as audit
from congress.models import Unit
from suggestions.models import Audience, StageEvent, Suggestion
from suggestions.stages import Stage


def add(
    case: Suggestion,
    action: str,
    text: str,
    *,
    by: Membership | None,
    at: datetime,
    note: str = "",
    audience: Audience = Audience.EVERYONE,
    unit: Unit | None = None,
    step: tuple[Stage, Stage] | None = None,
) -> StageEvent:
    """
    Put one entry on the timeline of a case, and on the audit record.

    ``audience`` says who may read it; with ``Audience.UNIT`` name the unit. Only
    ``suggestions.workflow`` gives a ``step``.
    """
    source, target = step or ("", "")
    event = StageEvent.objects.create(
        suggestion=case,
        action=action,
        text=text,
        note=note,
        source=source,
        target=target,
        round=case.round,
        audience=audience,
        unit=unit,
        by=by,
        at=at,
    )
    audit.record(
        f"case.{action}",
        by=by,
        at=at,
        subject=case,
        congress_id=case.congress_id,
        detail={"text": text, "note": note, "from": source, "to": target, "round": case.round},
    )
    return event


def add_all(
    entries: Sequence[tuple[Suggestion, tuple[Stage, Stage]]],
    action: str,
    text: str,
    *,
    by: Membership | None,
    at: datetime,
) -> None:
    """Put the same step on the timelines of many cases of one congress, and on the record."""
    if not entries:
        return
    StageEvent.objects.bulk_create(
        [
            StageEvent(
                suggestion=case,
                action=action,
                text=text,
                source=source,
                target=target,
                round=case.round,
                by=by,
                at=at,
            )
            for case, (source, target) in entries
        ],
        batch_size=1_000,
    )
    details = [
        (case, {"text": text, "note": "", "from": source, "to": target, "round": case.round})
        for case, (source, target) in entries
    ]
    congress_id = entries[0][0].congress_id
    audit.record_all(f"case.{action}", details, by=by, at=at, congress_id=congress_id)
