"""What a draft has in common with an earlier reply: sentences that were copied."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from assignment.models import Assignment
from handling.models import Reply

#: Shorter sentences are turns of phrase that every letter has.
SENTENCE = 12
SAME = 0.9
LIKE_TITLE = 0.5
LOOKED_AT = 200
_ENDS = re.compile(r"(?<=[。！？；\n])")


@dataclass(frozen=True)
class Part:
    """A sentence of an earlier reply, and whether the draft has it as well."""

    text: str
    is_copied: bool


@dataclass(frozen=True)
class Earlier:
    """An earlier reply to compare with, and how much of the draft stands in it."""

    reply: Reply
    why: str
    paragraphs: list[list[Part]]
    copied: int
    of: int


def sentences(text: str) -> list[str]:
    """Cut a text into sentences, each with its full stop."""
    return [part.strip() for part in _ENDS.split(text) if part.strip()]


def _is_same(one: str, other: str) -> bool:
    if one == other:
        return True
    if not 0.8 < len(one) / len(other) < 1.25:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= SAME and matcher.ratio() >= SAME


def _found_in(sentence: str, others: list[str]) -> bool:
    return len(sentence) >= SENTENCE and any(_is_same(sentence, other) for other in others)


def marked(text: str, against: str) -> list[list[Part]]:
    """Mark, paragraph by paragraph, the sentences of a text that another has nearly alike."""
    others = [each for each in sentences(against) if len(each) >= SENTENCE]
    return [
        [Part(part, _found_in(part, others)) for part in sentences(line)]
        for line in text.splitlines()
        if line.strip()
    ]


def _body(reply: Reply) -> str:
    return "\n".join(row.text for row in reply.items.all())


def earlier_for(assignment: Assignment, draft: Reply | None) -> Earlier | None:
    """Find the unit's last reply in this case, or else to the case most like it, and compare."""
    found = _last_round(assignment) or _most_alike(assignment)
    if found is None:
        return None
    reply, why = found
    own = _body(draft) if draft else ""
    paragraphs = marked(_body(reply), own)
    copied = [part for line in marked(own, _body(reply)) for part in line]
    return Earlier(reply, why, paragraphs, sum(part.is_copied for part in copied), len(copied))


def _last_round(assignment: Assignment) -> tuple[Reply, str] | None:
    issued = Reply.objects.issued().filter(assignment=assignment)
    last = issued.prefetch_related("items").order_by("-round").first()
    return (last, f"本件第{last.round}轮答复") if last else None


def _most_alike(assignment: Assignment) -> tuple[Reply, str] | None:
    title = assignment.suggestion.title
    issued = (
        Reply.objects.issued()
        .filter(assignment__unit_id=assignment.unit_id)
        .exclude(assignment__suggestion_id=assignment.suggestion_id)
        .select_related("assignment__suggestion")
        .prefetch_related("items")
        .order_by("-pk")[:LOOKED_AT]
    )
    matcher = SequenceMatcher(None, "", title, autojunk=False)
    best, likeness = None, LIKE_TITLE
    for reply in issued:
        matcher.set_seq1(reply.assignment.suggestion.title)
        if matcher.quick_ratio() > likeness and matcher.ratio() > likeness:
            best, likeness = reply, matcher.ratio()
    if best is None:
        return None
    case = best.assignment.suggestion
    return best, f"本单位对《{case.title}》（{case.number_text}）的答复"
