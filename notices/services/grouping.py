"""
Put each alert into the one message of its person and day (归入消息).

Two runs at once share the work: alerts are taken with SKIP LOCKED, messages made by their unique
key, and one run at a time decides on one person's messages. An alert joins only a message that
nobody has begun to send; where the message of the day has left, it waits for that of the next
working day. What could not leave yesterday is joined today.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction

from congress.calendars import calendar_read_once, working_calendar
from notices.channels import Ways, address_of, channel_for
from notices.models import Alert, Message
from notices.slots import Slot, Timetable

SLICE = 500
#: A slot that opened no longer ago than this may still be joined; later the next one is taken.
GRACE = timedelta(hours=2)
#: The class of these advisory locks; the second number is the person.
_LOCKS = 7_302


class _Place(NamedTuple):
    """Where an alert goes: to whom, how, and at which hour of which day."""

    user_id: int
    channel: str
    slot: Slot


def group_alerts(*, ways: Ways, at: datetime) -> int:
    """Place all alerts that have no place yet and return how many were looked at."""
    looked_at = 0
    with calendar_read_once():
        timetable = Timetable(settings.MESSAGE_SLOTS, working_calendar())
        while n := _group_slice(timetable, ways=ways, at=at):
            looked_at += n
    return looked_at


@transaction.atomic
def _group_slice(timetable: Timetable, *, ways: Ways, at: datetime) -> int:
    alerts = list(
        Alert.objects.filter(grouped_at__isnull=True)
        .select_related("recipient__user", "congress")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")[:SLICE]
    )
    waiting = {}
    for alert in alerts:
        alert.grouped_at = at
        if (channel := _channel_of(alert, ways)) is not None:
            slot = _slot_of(alert, timetable, at)
            waiting[alert] = _Place(alert.recipient.user_id, channel, slot)
    _hold_people({place.user_id for place in waiting.values()})
    _place(waiting, timetable, at)
    Alert.objects.bulk_update(alerts, ["grouped_at", "message"])
    return len(alerts)


def _hold_people(user_ids: set[int]) -> None:
    """
    Let no other run place anything for these people until this slice is committed.

    A run locks messages that are there and then waits for the unique key of one that another run
    is making, which may wait for the first: with slices that overlap in part no order of the
    messages helps, an order of the people does.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, person) FROM unnest(%s::int[]) AS person",
            [_LOCKS, sorted(user_ids)],
        )


def _channel_of(alert: Alert, ways: Ways) -> str | None:
    """Choose how an alert goes outside; what was read in the inbox need not."""
    user = alert.recipient.user
    if alert.read_at is not None or not user.is_active:
        return None
    return channel_for(user, alert.congress, ways)


def _slot_of(alert: Alert, timetable: Timetable, at: datetime) -> Slot:
    slot = timetable.first_from(alert.at)
    # After a standstill nobody is told at an hour that is long past.
    return slot if slot.opens_at + GRACE > at else timetable.first_from(at)


def _place(waiting: dict[Alert, _Place], timetable: Timetable, at: datetime) -> None:
    users = {alert.recipient.user_id: alert.recipient.user for alert in waiting}
    while waiting:
        _join_unsent(waiting)
        rest = {alert: place for alert, place in waiting.items() if alert.message is None}
        addresses = {
            place: address_of(users[place.user_id], place.channel) for place in rest.values()
        }
        messages = _messages_at(addresses, at)
        waiting = {}
        for alert, place in rest.items():
            message = messages[place.user_id, place.slot.day]
            if message.state == Message.State.WAITING and not message.text:
                alert.message = message
            else:
                waiting[alert] = place._replace(slot=timetable.on_next_day(place.slot))


def _join_unsent(waiting: dict[Alert, _Place]) -> None:
    """Let alerts join what nobody has begun to send, also if it should have left on a day past."""
    unsent = Message.objects.select_for_update(no_key=True).filter(
        user__in={place.user_id for place in waiting.values()},
        state=Message.State.WAITING,
        text="",
    )
    first: dict[int, Message] = {}
    for message in sorted(unsent.order_by("pk"), key=lambda each: (each.day, each.pk)):
        first.setdefault(message.user_id, message)
    for alert, place in waiting.items():
        message_of_user = first.get(place.user_id)
        if message_of_user is not None and message_of_user.day <= place.slot.day:
            alert.message = message_of_user


def _messages_at(addresses: dict[_Place, str], at: datetime) -> dict[tuple[int, date], Message]:
    """Make the messages that are missing, and lock all of them until the alerts are in."""
    # In one order everywhere, so that two runs never wait for each other; of two hours of a day
    # the earlier comes first and stays.
    Message.objects.bulk_create(
        [_new_message(place, addresses[place], at) for place in sorted(addresses, key=_order)],
        ignore_conflicts=True,
    )
    found = Message.objects.select_for_update(no_key=True).filter(
        user__in={place.user_id for place in addresses},
        day__in={place.slot.day for place in addresses},
    )
    needed = found.exclude(state=Message.State.UNNEEDED)
    return {(message.user_id, message.day): message for message in needed.order_by("pk")}


def _order(place: _Place) -> tuple[int, Slot, str]:
    return place.user_id, place.slot, place.channel


def _new_message(place: _Place, address: str, at: datetime) -> Message:
    return Message(
        user_id=place.user_id,
        channel=place.channel,
        day=place.slot.day,
        slot=place.slot.number,
        address=address,
        not_before=place.slot.opens_at,
        state_at=at,
    )
