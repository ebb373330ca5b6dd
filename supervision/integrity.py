"""What must hold between key suggestions and grants and no single constraint can say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max

from suggestions.integrity import grant_faults
from suggestions.models import Suggestion
from supervision.grants import LEADS, TRACKS
from supervision.models import KeyCase, SupervisionNotice


def faults() -> Iterator[str]:
    """Yield a sentence for each contradiction."""
    yield from grant_faults(TRACKS, _expected(KeyCase, "suggestion_id", "committee__group_id"))
    yield from grant_faults(LEADS, _leaders())
    yield from _number_faults()


def _number_faults() -> Iterator[str]:
    """Compare the numbers of notices with their count: a year's series has no gap."""
    given = SupervisionNotice.objects.released().order_by().values("congress__name", "year")
    for row in given.annotate(last=Max("number"), count=Count("pk")):
        if row["last"] != row["count"]:
            missing = row["last"] - row["count"]
            yield f"{row['congress__name']}{row['year']}年督办通知单：缺{missing}个编号。"


def _leaders() -> Iterator[tuple[int, int]]:
    yield from _expected(KeyCase, "suggestion_id", "leader__group_id")
    yield from _expected(Suggestion, "pk", "led_by__group_id")


def _expected(
    model: type[KeyCase | Suggestion], case: str, group: str
) -> Iterator[tuple[int, int]]:
    rows = model.objects.filter(**{f"{group}__isnull": False})
    yield from rows.values_list(case, group).iterator()
