"""Tasks that do harm, for a worker under test; their names stay out of the schedule."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from config.celery import BEAT_SCHEDULE

#: As many kinds as the system has tasks, but for one that is to run all the same.
HANGING = tuple(
    f"poison.hangs{n}" for n in range(len({entry["task"] for entry in BEAT_SCHEDULE.values()}) - 1)
)
FAILING = ("poison.fails0", "poison.fails1")
EATING = ("poison.eats0", "poison.eats1")
KILLED = "poison.is_killed"
HARMLESS = "poison.is_harmless"
TASKS = {*HANGING, *FAILING, *EATING, KILLED, HARMLESS}


def _add_kinds(names, task):
    """Give a task so many names, each a kind of its own."""
    for name in names:
        shared_task(name=name)(task)


def hangs_and_is_deaf(**_):
    while True:
        with suppress(SoftTimeLimitExceeded):
            while True:
                sum(range(1000))


def hangs(**_):
    while True:
        time.sleep(1)


def fails(**_):
    raise ValueError("poison")


def eats(**_):
    hoard = []
    while True:
        hoard.append(bytearray(50_000_000))


@shared_task(name=KILLED, default_retry_delay=1)
def is_killed(**_):
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task(name=HARMLESS)
def is_harmless(*, path, **_):
    with Path(path).open("a", encoding="utf-8") as out:
        out.write(f"{time.time()}\n")


_add_kinds(HANGING[:1], hangs_and_is_deaf)
_add_kinds(HANGING[1:], hangs)
_add_kinds(FAILING, fails)
_add_kinds(EATING, eats)
