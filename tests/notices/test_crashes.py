"""Senders killed without warning: nothing lost, nothing sent twice, what is unclear is parked."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Membership
from notices.models import Alert, Message
from notices.services.delivery import park_cut_off
from tests.common.servers import Gateway, serving
from tests.factories import NOW, TODAY
from tests.factories.accounts import make_user
from tests.factories.congress import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)
State = Message.State


class SlowGateway(Gateway):
    """Takes a moment for each message, so that a kill meets one in the middle."""

    def process_request_thread(self, request, client_address):
        time.sleep(0.02)
        super().process_request_thread(request, client_address)


def waiting_messages(unit, n: int) -> None:
    """Let n people have one alert each, in messages that are due."""
    users = [make_user() for _ in range(n)]
    for user in users:
        user.phone = "13800001111"
    type(users[0]).objects.bulk_update(users, ["phone"])
    members = Membership.objects.bulk_create(
        Membership(user=user, congress=unit.congress, role="clerk", unit=unit, valid_from=LONG_AGO)
        for user in users
    )
    messages = Message.objects.bulk_create(
        Message(user=user, channel="sms", day=TODAY, slot=900, not_before=NOW, state_at=NOW)
        for user in users
    )
    Alert.objects.bulk_create(
        Alert(
            congress=unit.congress,
            recipient=member,
            text="待签收",
            day=TODAY,
            at=NOW,
            key="crash",
            message=message,
            grouped_at=NOW,
        )
        for member, message in zip(members, messages, strict=True)
    )


def start_sender(url: str) -> subprocess.Popen:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.test_settings",
        "PYTHONPATH": str(settings.BASE_DIR),
        "TEST_DATA_DIR": str(settings.DATA_DIR),
    }
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.notices.sender", name, url]
    return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, start_new_session=True)


def kill_senders(gateway: SlowGateway, kills: int, rng: random.Random) -> None:
    """Start senders and kill each with its whole group at a random message; the last may end."""
    for _ in range(kills):
        sender = start_sender(gateway.url)
        enough = len(gateway.requests) + rng.randint(1, 8)
        until = time.monotonic() + 60
        while len(gateway.requests) < enough and sender.poll() is None:
            assert time.monotonic() < until, "the sender sends nothing"
            time.sleep(0.001)
        time.sleep(rng.random() * 0.04)
        if sender.poll() is None:
            os.killpg(sender.pid, signal.SIGKILL)
        sender.wait(timeout=30)
    assert start_sender(gateway.url).wait(timeout=300) == 0


def check_crashes(unit, *, n: int, kills: int, seed: int) -> None:
    waiting_messages(unit, n)
    with serving(SlowGateway()) as gateway:
        kill_senders(gateway, kills, random.Random(seed))
    parked = park_cut_off(at=timezone.now() + timedelta(hours=1))

    tries = Counter(headers["Idempotency-Key"] for _, headers, _ in gateway.requests)
    states = Counter(Message.objects.values_list("state", flat=True))
    taken = Message.objects.filter(state=State.SENT)
    assert set(tries.values()) == {1}
    assert +states == +Counter({State.SENT: n - parked, State.PARKED: parked})
    assert {str(key) for key in taken.values_list("key", flat=True)} <= set(tries)
    assert parked <= kills


def test_a_few_kills(unit):
    check_crashes(unit, n=30, kills=3, seed=54)


@pytest.mark.long
def test_fifty_kills(unit):
    check_crashes(unit, n=5_000, kills=50, seed=random.randrange(10**9))
