"""How many of a unit's items were talked about face to face (见面沟通率), and what is lacking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Membership
from assignment.models import Assignment, AssignmentRound
from common.list_page import Heading
from congress.profile import rules_for
from suggestions.stages import NUMBERED_AND_COUNTED

HEADINGS = [
    Heading("编号", "number", by=["suggestion__session", "suggestion__number"]),
    Heading("标题"),
    Heading("领衔代表"),
    Heading("承办角色", "role", by="role"),
    Heading("见面沟通", "met", by=["has_met", "contact_deadline__due_on"]),
]


@dataclass(frozen=True)
class MeetingShare:
    """The unit's own figure against the floor of the local rules (重庆2024年办理要求：三分之一)."""

    met: int
    of: int
    floor: Fraction

    @property
    def needed(self) -> int:
        """Return how many items the floor asks for."""
        return ceil(self.of * self.floor)

    @property
    def lacking(self) -> int:
        """Return how many more items must be met about."""
        return max(0, self.needed - self.met)


def receipts_to_meet(actor: Membership) -> QuerySet[Assignment]:
    """Find what the unit answers itself in the current session, with ``has_met`` (应见面件)."""
    met = AssignmentRound.objects.filter(assignment=OuterRef("pk"), met_in_person=True)
    return (
        Assignment.objects.live()
        .answering()
        .filter(
            unit_id=actor.unit_id,
            suggestion__session__is_current=True,
            suggestion__stage__in=NUMBERED_AND_COUNTED,
        )
        .annotate(has_met=Exists(met))
    )


def as_rows(receipts: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Add what a row of the list shows."""
    return receipts.select_related("suggestion__lead_deputy", "suggestion__delegation")


def meeting_share(actor: Membership, *, on: date) -> MeetingShare:
    """Count the unit's figure in the current session."""
    rows = receipts_to_meet(actor)
    floor = rules_for(actor.congress, on=on).min_meeting_share
    counted = rows.aggregate(met=Count("pk", filter=Q(has_met=True)), of=Count("pk"))
    return MeetingShare(counted["met"], counted["of"], floor)
