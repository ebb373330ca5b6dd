"""What the pages of the weekly digest show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from accounts.models import Membership
from supervision.models import Digest, DigestRow

Section = DigestRow.Section
DUTY_COLUMNS = [
    {"label": label} for label in ("编号", "标题", "事项", "责任方", "当时的期限", "现在的情况")
]
NOTICE_COLUMNS = [{"label": label} for label in ("文号", "建议", "承办单位", "现在的情况")]


@dataclass(frozen=True)
class Figure:
    """A number of a digest that opens exactly its rows."""

    section: str
    label: str
    count: int
    is_late: bool


def figures(digest: Digest) -> list[Figure]:
    """Count the rows of each section, in one query."""
    counts = dict(
        digest.rows.order_by()
        .values_list("section")
        .annotate(n=Count("pk"))
        .values_list("section", "n")
    )
    return [
        Figure(
            section.value,
            str(section.label),
            counts.get(section.value, 0),
            section in {Section.LATE, Section.NEW_LATE},
        )
        for section in Section
    ]


def rows_of(digest: Digest, section: str) -> QuerySet[DigestRow]:
    """Find the rows of a section, the oldest day first, with what a table shows."""
    return (
        digest.rows.filter(section=section)
        .select_related(
            "deadline__suggestion",
            "deadline__holder_unit",
            "deadline__holder_deputy",
            "deadline__holder_office",
            "notice__assignment__unit",
            "notice__assignment__suggestion",
        )
        .order_by("due_on", "pk")
    )


def digests_of(actor: Membership) -> QuerySet[Digest]:
    """Find the digests of the actor's office, the latest first."""
    return Digest.objects.visible_to(actor).select_related("office").order_by("-week")
