"""Which texts of handling can be searched: issued replies and promises, and a unit's own drafts."""

from __future__ import annotations

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat

from accounts.models import Membership
from handling.models import Promise, Reply, ReplyItem
from suggestions.texts import SearchedText


def _items(actor: Membership) -> QuerySet[ReplyItem]:
    # Asked through the reply, one rule says who reads it; and of those not to be read, as there
    # are few replies under way and any number that went out.
    return ReplyItem.objects.exclude(reply__in=Reply.objects.hidden_in_seen_cases(actor))


def _kind(state: str) -> Combinable:
    """Say whether a text is of an issued reply or, to its own unit, of one being written."""
    is_issued = Q(**{state: Reply.State.ISSUED})
    return Case(When(is_issued, then=Value("答复")), default=Value("答复稿"))


_OF_REPLY = _kind("state")

TEXTS: tuple[SearchedText, ...] = (
    SearchedText(
        code="reply_items",
        rows=_items,
        case="item__suggestion_id",
        fields={
            "text": Concat(
                _kind("reply__state"),
                Value("第"),
                Cast("item__number", CharField()),
                Value("项"),
            )
        },
        order=30,
    ),
    SearchedText(
        code="replies",
        rows=Reply.objects.in_seen_cases,
        case="assignment__suggestion_id",
        fields={"opening": _OF_REPLY, "closing": _OF_REPLY, "class_reason": _OF_REPLY},
        order=40,
    ),
    SearchedText(
        code="promises",
        rows=Promise.objects.in_seen_cases,
        case="suggestion_id",
        fields={"content": Value("承诺")},
        order=50,
    ),
)
