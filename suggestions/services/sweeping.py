"""Files of attachments that were never committed (清理无主文件)."""

from __future__ import annotations

from datetime import datetime

from common.uploads.leftovers import remove_half_received, remove_unnamed
from suggestions.models import Attachment

FOLDER = "attachments"


def sweep_files(*, at: datetime) -> int:
    """Delete the files that a cut-off upload left behind, and return how many."""
    return remove_half_received(at=at) + remove_unnamed(FOLDER, _named, at=at)


def _named() -> set[str]:
    return set(Attachment.objects.values_list("file", flat=True))
