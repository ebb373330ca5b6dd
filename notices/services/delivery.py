"""
Carry messages outside: claim, send, write down what became of it.

The claim is committed before the first byte leaves. Whoever is cut off in between leaves a row that
says 发送中; nobody can know whether it arrived, so it is parked for a person and never sent again
by the machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.channels.outcome import Failed, InDoubt, Outcome, Sent
from congress.calendars import calendar_read_once, working_calendar
from notices.channels import Ways, address_of, signature_for
from notices.models import Message
from notices.slots import Timetable
from notices.wording import text_of

State = Message.State
#: No channel takes this long; who has been sending longer was cut off.
CUT_OFF_AFTER = timedelta(minutes=10)
#: How long to wait after each failure that may pass.
PAUSES = [timedelta(minutes=n) for n in (2, 10, 30, 120, 240)]
MOST_ATTEMPTS = len(PAUSES) + 1
#: A gateway that refuses so often in a row is left alone until the next run.
PATIENCE = 3
ONE_RUN = timedelta(seconds=45)
_CUT_OFF = "发送中断，是否送出不明。"
_NO_ADDRESS = "没有可用的号码或者地址。"


def deliver(*, ways: Ways, clock: Callable[[], datetime]) -> int:
    """
    Send what is due, within the time of one run, and return how many messages were tried.

    Outside the hours of a working day nothing leaves, however long it has been due.

    ``clock`` is read before and after each sending; only the entry point knows it.
    """
    began = clock()
    park_cut_off(at=began)
    if not _is_within_hours(began):
        # What the morning should have carried does not come at ten in the evening.
        return 0
    refusals: Counter[str] = Counter()
    tried = 0
    while clock() - began < ONE_RUN:
        willing = [channel for channel in ways if refusals[channel] < PATIENCE]
        message = _claim(willing, at=clock())
        if message is None:
            break
        if message.state != State.SENDING:
            continue
        tried += 1
        outcome = ways[message.channel].send(message.address, message.text, str(message.key))
        _write_down(message, outcome, at=clock())
        refused = isinstance(outcome, Failed) and not outcome.is_permanent
        refusals[message.channel] = refusals[message.channel] + 1 if refused else 0
    return tried


@transaction.atomic
def park_cut_off(*, at: datetime) -> int:
    """Park what somebody began to send and never finished, and return how many rows that is."""
    lost = Message.objects.filter(state=State.SENDING, state_at__lt=at - CUT_OFF_AFTER)
    return lost.update(state=State.PARKED, state_at=at, error=_CUT_OFF)


@transaction.atomic(durable=True)
def _claim(channels: Collection[str], *, at: datetime) -> Message | None:
    """Take the next message that is due and mark it: being sent, or beyond sending."""
    message = (
        Message.objects.select_related("user")
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .filter(state=State.WAITING, not_before__lte=at, channel__in=channels)
        .order_by("not_before", "pk")
        .first()
    )
    if message is not None:
        _prepare(message, at=at)
        message.state_at = at
        message.save()
    return message


def _prepare(message: Message, *, at: datetime) -> None:
    if not message.text:
        unread = list(message.alerts.filter(read_at__isnull=True))
        if not unread or not message.user.is_active:
            message.state = State.UNNEEDED
            return
        signature = signature_for(message.channel)
        message.text = text_of(unread, on=timezone.localdate(at), name=signature)
    # The number may have been corrected since.
    message.address = address_of(message.user, message.channel)
    message.attempts += 1
    if message.address:
        message.state = State.SENDING
    else:
        message.state, message.error = State.FAILED, _NO_ADDRESS


@transaction.atomic
def _write_down(message: Message, outcome: Outcome, *, at: datetime) -> None:
    """Keep what became of an attempt, unless another has begun since."""
    # Parked meanwhile for being slow: what is known now is better than doubt.
    mine = Message.objects.filter(
        pk=message.pk, attempts=message.attempts, state__in=[State.SENDING, State.PARKED]
    )
    if isinstance(outcome, Sent):
        mine.update(state=State.SENT, state_at=at, error="")
    elif isinstance(outcome, InDoubt):
        mine.update(state=State.PARKED, state_at=at, error=outcome.reason[:300])
    elif outcome.is_permanent or message.attempts >= MOST_ATTEMPTS:
        mine.update(state=State.FAILED, state_at=at, error=outcome.reason[:300])
    else:
        again = _within_hours(at + PAUSES[message.attempts - 1])
        mine.update(state=State.WAITING, state_at=at, not_before=again, error=outcome.reason[:300])


def _is_within_hours(at: datetime) -> bool:
    with calendar_read_once():
        return Timetable(settings.MESSAGE_SLOTS, working_calendar()).is_open(at)


def _within_hours(at: datetime) -> datetime:
    with calendar_read_once():
        return Timetable(settings.MESSAGE_SLOTS, working_calendar()).moment_from(at)
