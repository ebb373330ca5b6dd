"""Workers killed with all their children, or fed poison: nobody is told too little or twice."""

import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from config.celery import PROCESSES, app
from config.models import FailedTask
from notices.models import Alert, Message
from notices.services.delivery import park_cut_off
from tests.common.servers import serving
from tests.survival import poison
from tests.survival.duties import (
    SlowGateway,
    SlowMailbox,
    finish_sending,
    is_drained,
    make_duties,
    told,
)
from tests.survival.report import report, scaled
from tests.survival.workers import WorkerGroup, ringing, seconds_ahead, wait_until, worker

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
State = Message.State
AIM = 5  # seconds (quality 57)


@pytest.fixture(autouse=True)
def _no_old_rings():
    app.control.purge()
    yield
    app.control.purge()


@pytest.mark.parametrize(
    ("kind", "reminders", "kills"),
    [(SlowGateway, scaled(5_000), scaled(50)), (SlowMailbox, scaled(2_500), scaled(10))],
)
def test_kills_of_the_whole_group(system, kind, reminders, kills):
    by_mail = kind is SlowMailbox
    expected, rng = make_duties(system, reminders, by_mail=by_mail), random.Random(54)
    ahead, began = seconds_ahead(), time.monotonic()

    with serving(kind()) as gateway, ringing(app):
        for _ in range(kills):
            before = done_so_far(gateway)
            group = WorkerGroup(ahead=ahead, **gateway.settings())
            group.wait_until_ready()
            wait_for_work(gateway, before)
            time.sleep(rng.random() * 0.9)
            group.kill()
        finished = is_drained(len(expected))
        with worker(ahead=ahead, **gateway.settings()):
            wait_until(lambda: is_drained(len(expected)), seconds=300, what="it never drains")
            finish_sending()
    parked = park_cut_off(at=timezone.now() + timedelta(hours=1))

    tries, states = gateway.tries(), Counter(Message.objects.values_list("state", flat=True))
    inbox, people = told(), {clerk for _, clerk in expected}
    lost = len(expected - set(inbox)) + len(people) - states.total()
    doubled = sum(n - 1 for n in inbox.values()) + sum(n - 1 for n in tries.values())
    report(
        54,
        f"{len(expected):,} reminders in {len(people):,} {'mails' if by_mail else 'SMS'}, {kills}"
        f" kills of the group{' (drained before the last)' if finished else ''}: lost {lost},"
        f" doubled {doubled}, in doubt and parked {parked}, {time.monotonic() - began:.0f} s",
    )
    assert inbox == Counter(dict.fromkeys(expected, 1))
    assert +states == +Counter({State.SENT: len(people) - parked, State.PARKED: parked})
    assert set(tries.values()) == {1}
    sent = Message.objects.filter(state=State.SENT).values_list(kind.known_by, flat=True)
    assert {str(each) for each in sent} <= set(tries)
    assert parked <= kills


def done_so_far(gateway) -> tuple[int, int, int]:
    grouped = Alert.objects.filter(grouped_at__isnull=False)
    return Alert.objects.count(), grouped.count(), gateway.tries().total()


def wait_for_work(gateway, before, *, seconds: float = 10) -> None:
    """Let a worker do something before it is killed, or each kill would meet it while it starts."""
    end = time.monotonic() + seconds
    while done_so_far(gateway) == before and time.monotonic() < end:
        time.sleep(0.02)


@pytest.mark.parametrize("hanging", [2, len(poison.HANGING)])
def test_poison_holds_up_no_other_task(hanging, tmp_path):
    marks = tmp_path / "marks"
    marks.touch()
    rings = scaled(20) + 5
    kinds = dict.fromkeys(poison.HANGING[:hanging], "too_long")
    kinds |= dict.fromkeys(poison.EATING, "out_of_memory") | dict.fromkeys(poison.FAILING, "fault")
    limits = {"soft_time_limit": 20, "time_limit": 25}

    delays, began = [], time.monotonic()
    with worker(ahead=0):
        for name in (*kinds, poison.KILLED):
            app.send_task(name, **limits)
        for n in range(rings):
            app.send_task([*kinds][n % len(kinds)], **limits)
            asked = time.time()
            app.send_task(poison.HARMLESS, kwargs={"path": str(marks)})
            wait_until(
                lambda n=n: len(marks.read_text().split()) > n, seconds=60, what="held up for good"
            )
            delays.append(float(marks.read_text().split()[-1]) - asked)
        kinds[poison.KILLED] = "killed"
        wait_until(lambda: kept() >= kinds.items(), seconds=120, what="not all failures are kept")

    report(
        57,
        f"{hanging} tasks that hang in {PROCESSES} processes, {len(kinds) - hanging} that fail, eat"
        f" memory or are killed, among {rings} others: longest delay {max(delays):.1f} s"
        f" (aim {AIM} s), kept as failed {len(kinds)} of {len(kinds)},"
        f" {time.monotonic() - began:.0f} s",
    )
    assert kept() == kinds.items()
    assert max(delays) < AIM


def kept() -> set[tuple[str, str]]:
    """Return the tasks that are kept as failed, and of what."""
    return set(FailedTask.objects.values_list("task", "kind"))
