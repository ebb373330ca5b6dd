"""What must agree between a case, its timeline, its numbers and its files (check_integrity)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.core.files.storage import default_storage
from django.db.models import Count, Max, Min, OuterRef, Subquery

from suggestions.models import (
    Attachment,
    Deadline,
    NumberCounter,
    StageEvent,
    Suggestion,
    SuggestionGroupPermission,
)
from suggestions.stages import Stage


def faults() -> Iterator[str]:
    """Say every disagreement found, one sentence each; nothing is repaired."""
    yield from stage_faults()
    yield from counter_faults()
    yield from clock_faults()
    yield from file_faults()


def stage_faults() -> Iterator[str]:
    """Compare each case's stage with the last step of its timeline."""
    steps = StageEvent.objects.filter(suggestion=OuterRef("pk")).exclude(target="")
    last = steps.order_by("-pk").values("target")[:1]
    cases = Suggestion.objects.annotate(told=Subquery(last)).order_by("pk")
    for case in cases.only("pk", "stage").iterator(chunk_size=2000):
        told = case.told or Stage.DRAFT
        if told != case.stage:
            yield (
                f"建议{case.pk}：阶段为“{Stage(case.stage).label}”，"
                f"办理过程最后一步为“{Stage(told).label}”。"
            )


def counter_faults() -> Iterator[str]:
    """Compare each counter with the numbers given: none beyond it, and none left out."""
    given = (
        Suggestion.objects.filter(number__isnull=False)
        .order_by()
        .values("session_id", "filing")
        .annotate(first=Min("number"), last=Max("number"), count=Count("pk"))
    )
    of_series = {(row["session_id"], row["filing"]): row for row in given}
    imported = set(
        Suggestion.objects.filter(number__isnull=False, is_imported=True)
        .order_by()
        .values_list("session_id", "filing")
        .distinct()
    )
    for counter in NumberCounter.objects.select_related("session").order_by("pk"):
        key = (counter.session_id, counter.filing)
        series = of_series.get(key, {"last": 0, "count": 0})
        if series["last"] != counter.last:
            yield f"编号计数{counter}：实际最大序号为{series['last']}。"
        elif key not in imported and series["count"] != counter.last:
            # A ledger may have gaps of its own; numbers given here have none.
            missing = counter.last - series["count"]
            yield f"编号计数{counter}：缺{missing}个编号。"


def file_faults() -> Iterator[str]:
    """Compare the rows of attachments with the files in the store, both ways."""
    known = set(Attachment.objects.values_list("file", flat=True))
    stored = set(_stored_files())
    for name in sorted(known - stored):
        yield f"附件{name}：文件不存在。"
    for name in sorted(stored - known):
        yield f"文件{name}：没有对应的附件记录。"


def _stored_files() -> Iterator[str]:
    top = "attachments"
    if not default_storage.exists(top):
        return
    for folder in default_storage.listdir(top)[0]:
        for name in default_storage.listdir(f"{top}/{folder}")[1]:
            yield f"{top}/{folder}/{name}"


def grant_faults(codename: str, expected: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Compare who holds a codename with the (case, group) pairs that the facts ask for."""
    held = SuggestionGroupPermission.objects.filter(permission__codename=codename)
    actual = set(held.values_list("content_object_id", "group_id").iterator())
    wanted = set(expected)
    for case, group in sorted(actual - wanted):
        yield f"建议{case}：用户组{group}多出授权“{codename}”。"
    for case, group in sorted(wanted - actual):
        yield f"建议{case}：用户组{group}缺少授权“{codename}”。"


def clock_faults() -> Iterator[str]:
    """Find duties that still run on cases which are over."""
    over = [Stage.WITHDRAWN, Stage.MERGED, Stage.DECLINED]
    for clock in Deadline.objects.open().filter(suggestion__stage__in=over).iterator():
        yield f"建议{clock.suggestion_id}：已经结束，但“{clock.get_kind_display()}”期限仍在计算。"
