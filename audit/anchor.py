"""
Keep the head of the chain outside the database (锚定).

A chain shows a change, not a loss at its end: whoever restores yesterday's database has a whole
chain again, only a shorter one. So the head goes into the log of the machine every day, and from
there to where the database's keepers cannot reach; printed on paper it is as good.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from audit.models import AuditEvent

_PRINTED = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")

logger = logging.getLogger(__name__)


class Head(NamedTuple):
    """The last link: its number and its hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """
        Read a head as it is printed.

        :raises ValueError: if it is no number and hash.
        """
        found = _PRINTED.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"no head of the record: {text}")
        return cls(int(found[1]), found[2])


def head() -> Head | None:
    """Return the last sealed event's number and hash, or None while nothing is sealed."""
    last = AuditEvent.objects.filter(seq__isnull=False).order_by("-seq").first()
    return Head(last.seq or 0, last.hash) if last else None


def tell_head(*, at: datetime) -> None:
    """Write the head into the log."""
    if (last := head()) is not None:
        logger.info(
            "audit_anchor", extra={"seq": last.seq, "hash": last.hash, "at": at.isoformat()}
        )


def faults(known: Head) -> Iterator[str]:
    """Yield a sentence if the chain no longer holds a head that was written down outside."""
    found = AuditEvent.objects.filter(seq=known.seq).values_list("hash", flat=True).first()
    if found is None:
        yield f"审计记录缺少第 {known.seq} 号：末尾被截断，或者数据库被恢复到更早的时间。"
    elif found != known.hash:
        yield f"审计记录第 {known.seq} 号与锚定的摘要不符：记录链被重写。"
