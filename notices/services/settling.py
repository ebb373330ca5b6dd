"""What people decide on messages that the machine must not send again by itself (人工处理)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import COMMITTEE_STAFF_ROLES
from accounts.selectors import members_in_role
from audit import services as audit
from common.refusals import Refusal
from congress.models import Congress
from notices.models import Alert, Message
from notices.services.posting import post

#: What waits for a person: refused for good, or perhaps arrived.
FOR_A_PERSON = (Message.State.FAILED, Message.State.PARKED)


class AlreadySettled(Refusal):
    def __init__(self, message: Message):
        super().__init__(f"这条消息现在是“{message.get_state_display()}”，同事可能已经处理。")


@transaction.atomic
def resend(message_id: int, *, why: str, by: Membership, at: datetime) -> None:
    """
    Let a failed or parked message go out again, to the person's present number (重新发送).

    It keeps its key, so a gateway that did send it drops the repeat.

    :raises AlreadySettled: if it waits for nobody any more.
    """
    message = _locked(message_id)
    _send_again(message, at=at)
    audit.record("message.resend", by=by, at=at, subject=message, detail={"why": why})


@transaction.atomic
def resend_failed(message_ids: Iterable[int], *, why: str, by: Membership, at: datetime) -> int:
    """Let all of these that certainly never left go out again, and return how many did."""
    failed = Message.objects.select_for_update(no_key=True).filter(
        pk__in=list(message_ids), state=Message.State.FAILED
    )
    messages = list(failed.order_by("pk"))
    for message in messages:
        _send_again(message, at=at)
    rows = [(message, {"why": why}) for message in messages]
    audit.record_all("message.resend", rows, by=by, at=at, congress_id=by.congress_id)
    return len(messages)


@transaction.atomic
def mark_sent(message_id: int, *, why: str, by: Membership, at: datetime) -> None:
    """
    Put down that the person was told, as somebody found out or did by telephone (人工核实).

    :raises AlreadySettled: if it waits for nobody any more.
    """
    message = _locked(message_id)
    message.state, message.state_at = Message.State.SENT, at
    message.error = f"人工核实：{why}"[:300]
    message.save(update_fields=["state", "state_at", "error"])
    audit.record("message.settle", by=by, at=at, subject=message, detail={"why": why})


def tell_of_stuck(*, at: datetime) -> int:
    """Tell 代表工委 once a day how many messages wait for a person, and return how many heard."""
    told = 0
    day = timezone.localdate(at)
    for congress in Congress.objects.order_by("pk"):
        stuck = Message.objects.filter(state__in=FOR_A_PERSON, alerts__congress=congress)
        if n := stuck.distinct().count():
            told += post(
                to=members_in_role(congress, *COMMITTEE_STAFF_ROLES, on=day),
                text=f"有{n}条对外消息发送失败或者存疑，请核实后处理。",
                kind=Alert.Kind.TASK,
                link=reverse("notices:messages"),
                key=f"stuck-messages:{congress.pk}:{day}",
                at=at,
            )
    return told


def _locked(message_id: int) -> Message:
    message = Message.objects.select_for_update(no_key=True).get(pk=message_id)
    if message.state not in FOR_A_PERSON:
        raise AlreadySettled(message)
    return message


def _send_again(message: Message, *, at: datetime) -> None:
    # Counted anew when it goes: what was read meanwhile is left out.
    message.state, message.text, message.error = Message.State.WAITING, "", ""
    message.not_before = message.state_at = at
    message.save(update_fields=["state", "text", "error", "not_before", "state_at"])
