"""The class that figures use beside the one the unit claims (答复审核)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from common.refusals import Refusal
from congress.models import ResultClass
from handling import people
from handling.models import Reply
from handling.services.holding import AlreadyHandled, hold_reply
from notices.services import post
from suggestions import timeline

State = Reply.State


class ReviewNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("请说明调整自评类别的理由。")


def code_of(claimed: ResultClass | None) -> str:
    """Return the letter of a class; history from a ledger may have none."""
    return claimed.code if claimed else "未"


@transaction.atomic
def review_class(
    reply_id: int, *, reviewed_class: ResultClass, reason: str, by: Membership, at: datetime
) -> None:
    """
    Set the class that figures use beside the one the unit claims (答复审核); both are kept.

    :raises AlreadyHandled: if the reply is not issued.
    :raises ReviewNeedsReason: if a class other than the claimed one gets no reason.
    """
    reply = hold_reply(reply_id)
    if reply.state != State.ISSUED:
        raise AlreadyHandled("答复还没有签发，不能审核类别。")
    differs = reviewed_class.pk != reply.claimed_class_id
    if differs and not reason.strip():
        raise ReviewNeedsReason
    reply.reviewed_class, reply.review_note = reviewed_class, reason.strip()
    reply.reviewed_at, reply.reviewed_by = at, by
    reply.save(update_fields=["reviewed_class", "review_note", "reviewed_at", "reviewed_by"])
    case, unit = reply.assignment.suggestion, reply.assignment.unit
    text = f"审核{unit}的答复：自评{code_of(reply.claimed_class)}类，审核{reviewed_class.code}类"
    timeline.add(case, "review_class", text, by=by, at=at, note=reason)
    if differs:
        post(
            to=people.people_of_unit(unit, on=timezone.localdate(at)),
            text=f"答复类别经审核调整为{reviewed_class.code}类：{case}",
            about=case,
            at=at,
        )
