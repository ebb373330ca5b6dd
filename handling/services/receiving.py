"""What becomes of a reply at the deputy: received, read, the clock of the verdict started."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from common.refusals import Refusal
from handling.models import Delivery, Reply
from handling.services.holding import AlreadyHandled, hold_delivery
from suggestions import deadlines, timeline
from suggestions.models import Deadline, Suggestion


class DateCannotBe(Refusal):
    def __init__(self, why: str):
        super().__init__(why)


def start_feedback(delivery: Delivery, case: Suggestion, *, on: date) -> None:
    """Start the lead deputy's clock for the verdict (重庆2018第二十七条: from the receipt)."""
    delivery.feedback_deadline = deadlines.start(
        Deadline.Kind.FEEDBACK, clock="feedback", holder=delivery.deputy, starts_on=on, case=case
    )
    delivery.save(update_fields=["feedback_deadline"])


@transaction.atomic
def record_receipt(delivery_id: int, *, received_on: date, by: Membership, at: datetime) -> None:
    """
    Enter the day on which a deputy received a reply on paper; the verdict's clock starts then.

    :raises AlreadyHandled: if a colleague entered it.
    :raises DateCannotBe: if the day is before the reply or has not come.
    """
    delivery = hold_delivery(delivery_id)
    case = delivery.reply.assignment.suggestion
    if delivery.received_on is not None:
        raise AlreadyHandled(f"收到日期已登记为{delivery.received_on:%Y年%m月%d日}。")
    issued_on = delivery.reply.issued_on
    if received_on > timezone.localdate(at) or (issued_on and received_on < issued_on):
        raise DateCannotBe("收到日期应在答复日期之后，且不晚于今天。")
    delivery.received_on = received_on
    delivery.save(update_fields=["received_on"])
    if delivery.is_lead and delivery.feedback_deadline_id is None:
        start_feedback(delivery, case, on=received_on)
    text = f"{delivery.deputy}代表收到{delivery.reply.assignment.unit}的纸质答复"
    timeline.add(case, "receive", text, by=by, at=at, note=f"收到日期{received_on:%Y年%m月%d日}")


def mark_read(reply: Reply, *, by: Membership, at: datetime) -> None:
    """Note that a deputy opened a reply (阅读时间); the first time counts."""
    unread = Delivery.objects.filter(reply=reply, deputy_id=by.deputy_id, read_at__isnull=True)
    unread.update(read_at=at)
