"""
Everything that must agree and no constraint can hold (完整性检查), from all floors of the house.

Each app says what its own rows owe each other; here stands what lies between apps.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from django.core.files.storage import default_storage
from django.db.models import F, OuterRef, Q, Subquery

import assignment.integrity
import evaluation.integrity
import handling.integrity
import ledgers.integrity
import notices.integrity
import suggestions.integrity
import supervision.integrity
from audit import anchor, sealer
from notices.models import Alert
from suggestions.models import Suggestion

#: The folders of the file store, each checked by the app whose rows name its files.
_FOLDERS = {"attachments", "ledgers"}


def faults(*, known_head: anchor.Head | None = None) -> Iterator[tuple[str, str]]:
    """Yield (part, sentence) for each fault; ``known_head`` is a head kept outside the database."""
    parts = {
        "审计记录": chain(sealer.faults(), anchor.faults(known_head) if known_head else ()),
        "提出审核": suggestions.integrity.faults(),
        "交办": assignment.integrity.faults(),
        "办理答复": handling.integrity.faults(),
        "督办": supervision.integrity.faults(),
        "评价": evaluation.integrity.faults(),
        "通知": notices.integrity.faults(),
        "台账": ledgers.integrity.faults(),
        "人大": congress_faults(),
        "文件": stray_faults(),
    }
    for part, sentences in parts.items():
        for sentence in sentences:
            yield part, sentence


def hints(*, at: datetime) -> Iterator[str]:
    """Yield what is no fault of the data, but tells that background work stands still."""
    yield from sealer.late(at=at)
    yield from notices.integrity.late(at=at)


def congress_faults() -> Iterator[str]:
    """Find rows that name another congress than what they belong to."""
    elsewhere = ~Q(session__congress=F("congress")) | ~Q(delegation__congress=F("congress"))
    led = Q(lead_deputy__isnull=False) & ~Q(lead_deputy__congress=F("congress"))
    for case in Suggestion.objects.filter(elsewhere | led).order_by("pk").iterator():
        yield f"建议{case.pk}：届次会议、代表团或者领衔代表属于另一人大。"

    owner = Suggestion.objects.filter(pk=OuterRef("suggestion_id")).values("congress_id")
    told = Alert.objects.filter(suggestion_id__isnull=False).annotate(owner=Subquery(owner))
    astray = told.filter(Q(owner__isnull=True) | ~Q(owner=F("congress_id")))
    for alert in astray.order_by("pk").iterator():
        yield f"提醒{alert.pk}：所指的建议不存在，或者属于另一人大。"


def stray_faults() -> Iterator[str]:
    """Find what lies in the file store and belongs to nobody."""
    if not default_storage.exists(""):
        return
    folders, files = default_storage.listdir("")
    for name in sorted({*folders, *files} - _FOLDERS):
        yield f"文件存储中的“{name}”不属于任何记录。"
