"""The parts of the case page that say what was asked, by whom, with what, and what reviews said."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import Membership, Role
from accounts.roles import STAFF_ROLES
from suggestions.contents import has, rows_of_all
from suggestions.models import (
    Attachment,
    CoSigner,
    Review,
    Suggestion,
    SuggestionItem,
    Withdrawal,
)
from suggestions.rules import WRITABLE
from suggestions.selectors import pages
from suggestions.steps import WritingStep

_READS_REVIEWS = STAFF_ROLES | {Role.DEPUTY, Role.DELEGATION_SECRETARY}
_OWN_PAPERS = (
    Attachment.Purpose.SUGGESTION,
    Attachment.Purpose.ORIGINAL,
    Attachment.Purpose.HEAD_SIGNATURE,
    Attachment.Purpose.SIGNATURES,
    Attachment.Purpose.WITHDRAWAL,
)


def text(actor: Membership, case: Suggestion, today: date) -> dict[str, Any] | None:
    """Show what was asked: situation, analysis, numbered items, and how it came about."""
    wishes = has(case, Suggestion.wished_units.through)
    return {
        "case": case,
        "items": rows_of_all(case, _items),
        "wished": list(case.wished_units.all()) if wishes else [],
        "merged": rows_of_all(case, _merged) if has(case, Suggestion) else [],
    }


def _items(case_id: int) -> QuerySet[SuggestionItem]:
    return SuggestionItem.objects.filter(suggestion=case_id)


def _merged(case_id: int) -> QuerySet[Suggestion]:
    merged = Suggestion.objects.filter(merged_into=case_id)
    return merged.select_related("lead_deputy", "delegation")


def signers(actor: Membership, case: Suggestion, today: date) -> dict[str, Any] | None:
    """Show who co-signs; who was only asked is shown while it is written, to its writers."""
    rows = pages.signers_of(case) if has(case, CoSigner) else []
    if case.stage not in WRITABLE or actor.role not in _READS_REVIEWS:
        rows = [row for row in rows if row.state == CoSigner.State.CONFIRMED]
    count = case.imported_cosigner_count
    if not rows and not count:
        return None
    return {"rows": rows, "imported_count": count, "show_state": case.stage in WRITABLE}


def papers(actor: Membership, case: Suggestion, today: date) -> dict[str, Any] | None:
    """Show the files of the suggestion itself that the actor may read."""
    files = pages.papers_of(case, actor, *_OWN_PAPERS) if has(case, Attachment) else []
    return {"files": files} if files else None


def reviews(actor: Membership, case: Suggestion, today: date) -> dict[str, Any] | None:
    """Show the opinions of the reviews to the deputies' side and to staff, never to units."""
    if actor.role not in _READS_REVIEWS:
        return None
    rows = pages.reviews_of(case) if has(case, Review) else []
    waiting = pages.open_withdrawal(case) if has(case, Withdrawal) else None
    if not rows and waiting is None:
        return None
    points = {row.pk: [WritingStep(point).label for point in row.points] for row in rows}
    return {
        "rows": [(row, points[row.pk]) for row in rows],
        "withdrawal": waiting,
        "ground": case.decline_ground,
    }
