"""Alerts and messages."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import Membership
from notices.models import Alert, Message
from tests.factories import NOW, TODAY

_next = count(1)
PHONE = "13800001111"


def reachable(member: Membership, *, phone: str = PHONE, email: str = "") -> Membership:
    """Give the person behind a membership a number and an address."""
    member.user.phone, member.user.email = phone, email
    member.user.save(update_fields=["phone", "email"])
    return member


def make_alert(recipient: Membership, **fields: Any) -> Alert:
    given: dict[str, Any] = {
        "congress_id": recipient.congress_id,
        "kind": Alert.Kind.TASK,
        "text": "关于充电桩的建议待签收",
        "day": TODAY,
        "at": NOW,
        "key": f"test-{next(_next)}",
    }
    return Alert.objects.create(recipient=recipient, **given | fields)


def make_reminder(recipient: Membership, due_on: date, *, on: date = TODAY) -> Alert:
    return make_alert(
        recipient,
        kind=Alert.Kind.DUE,
        deadline_id=next(_next),
        rung=(due_on - on).days,
        day=on,
    )


def make_message(recipient: Membership, *, at: datetime = NOW, **fields: Any) -> Message:
    """Make a message that carries one alert of a recipient, due at once, of a day of its own."""
    day = TODAY
    while Message.objects.filter(user=recipient.user, day=day).exists():
        day -= timedelta(days=1)
    given: dict[str, Any] = {
        "channel": Message.Channel.SMS,
        "day": day,
        "slot": 900 + next(_next),
        "address": recipient.user.phone or PHONE,
        "not_before": at,
        "state_at": at,
    }
    if fields.get("state") not in (None, Message.State.WAITING):
        given |= {"text": "您有1项待办，请登录系统办理。", "attempts": 1}
    message = Message.objects.create(user=recipient.user, **given | fields)
    make_alert(recipient, message=message, grouped_at=at)
    return message
