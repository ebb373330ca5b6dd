"""Duties that are due soon, who is told of them, and what each should have been told."""

import time
from collections import Counter
from email import message_from_bytes

from accounts.models import Membership
from notices.models import Alert, Message
from suggestions.models import Deadline
from tests.common.servers import Gateway, Mailbox
from tests.factories import TODAY
from tests.factories import congress as bodies
from tests.factories.accounts import make_user
from tests.factories.congress import LONG_AGO

DUTIES_EACH, CLERKS_EACH = 5, 50
State = Message.State


class Slow:
    """Takes a moment for each message, so that a kill meets one in the middle."""

    delay = 0.03

    def process_request_thread(self, request, client_address):
        time.sleep(self.delay)
        super().process_request_thread(request, client_address)


class SlowGateway(Slow, Gateway):
    """Takes SMS; knows a message by its key."""

    known_by = "key"

    def settings(self) -> dict[str, str]:
        return {"SMS_URL": self.url}

    def tries(self) -> Counter:
        return Counter(headers["Idempotency-Key"] for _, headers, _ in self.requests)


class SlowMailbox(Slow, Mailbox):
    """Takes mail; knows a message by whom it is for, who gets one."""

    known_by = "address"

    def settings(self) -> dict[str, str]:
        return {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.server_address[1])}

    def tries(self) -> Counter:
        return Counter(message_from_bytes(mail)["To"] for mail in self.mails)


def make_duties(system, reminders: int, *, by_mail: bool = False) -> set[tuple[int, int]]:
    """Make duties due in three days; return which (duty, clerk) must be told, ``reminders`` all."""
    expected: set[tuple[int, int]] = set()
    while len(expected) < reminders:
        unit = bodies.make_unit(system.congress, system)
        clerks = min(CLERKS_EACH, (reminders - len(expected)) // DUTIES_EACH)
        expected |= _of_unit(unit, clerks, by_mail=by_mail)
    return expected


def _of_unit(unit, clerks: int, *, by_mail: bool) -> set[tuple[int, int]]:
    users = [make_user() for _ in range(clerks)]
    for n, user in enumerate(users):
        user.phone = "" if by_mail else f"138{user.pk % 10**4:04}{n:04}"
        user.email = f"clerk-{user.pk}@example.cn"
    type(users[0]).objects.bulk_update(users, ["phone", "email"])
    members = Membership.objects.bulk_create(
        Membership(user=user, congress=unit.congress, role="clerk", unit=unit, valid_from=LONG_AGO)
        for user in users
    )
    duties = Deadline.objects.bulk_create(
        Deadline(
            congress=unit.congress,
            kind=Deadline.Kind.REPLY,
            holder_unit=unit,
            starts_on=TODAY.replace(month=1),
            due_on=TODAY.replace(day=TODAY.day + 3),
        )
        for _ in range(DUTIES_EACH)
    )
    return {(duty.pk, member.pk) for duty in duties for member in members}


def told() -> Counter:
    """Count what stands in the inboxes: (duty, clerk) by number of alerts."""
    rows = Alert.objects.filter(kind=Alert.Kind.DUE)
    return Counter(rows.values_list("deadline_id", "recipient_id"))


def is_drained(reminders: int) -> bool:
    """Test if everything was said and everything said has left, or waits for a person."""
    if Alert.objects.filter(kind=Alert.Kind.DUE).count() < reminders:
        return False
    if Alert.objects.filter(grouped_at__isnull=True).exists():
        return False
    return not Message.objects.filter(state=State.WAITING).exists()


def finish_sending() -> None:
    """Wait for what is being sent; what was cut off is never finished, and is not waited for."""
    end = time.monotonic() + 5
    while Message.objects.filter(state=State.SENDING).exists() and time.monotonic() < end:
        time.sleep(0.1)
