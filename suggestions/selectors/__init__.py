"""What this app and the later ones ask about a case: its people, its text, its lists."""

from suggestions.selectors.drafts import draft_of, text_mark, written_steps
from suggestions.selectors.people import (
    cases_proposed_by,
    deputies_of,
    deputies_to_invite,
    first_review_group,
    people_line,
)

__all__ = [
    "cases_proposed_by",
    "deputies_of",
    "deputies_to_invite",
    "draft_of",
    "first_review_group",
    "people_line",
    "text_mark",
    "written_steps",
]
