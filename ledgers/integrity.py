"""What must agree between jobs and their files."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import default_storage

from ledgers.models import LedgerJob

_FOLDER = "ledgers"


def faults() -> Iterator[str]:
    """Compare the files of jobs with the store, both ways."""
    named = LedgerJob.objects.order_by("pk").values_list("file", "report")
    known = {name for names in named.iterator() for name in names if name}
    stored = set()
    if default_storage.exists(_FOLDER):
        stored = {f"{_FOLDER}/{name}" for name in default_storage.listdir(_FOLDER)[1]}
    for name in sorted(known - stored):
        yield f"台账文件{name}：文件不存在。"
    for name in sorted(stored - known):
        yield f"文件{name}：没有对应的台账任务。"
