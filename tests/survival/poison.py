"""Tasks that do harm, for a worker under test; their names stay out of the schedule."""

import os
import signal
import time
from pathlib import Path

from celery import shared_task

TASKS = {f"poison.{name}" for name in ("fails", "hangs", "eats", "is_killed", "is_harmless")}


@shared_task(name="poison.fails")
def fails(**_):
    raise ValueError("poison")


@shared_task(name="poison.hangs")
def hangs(**_):
    while True:
        time.sleep(1)


@shared_task(name="poison.eats")
def eats(**_):
    hoard = []
    while True:
        hoard.append(bytearray(50_000_000))


@shared_task(name="poison.is_killed", default_retry_delay=1)
def is_killed(**_):
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task(name="poison.is_harmless")
def is_harmless(*, path, **_):
    with Path(path).open("a", encoding="utf-8") as out:
        out.write(f"{time.time()}\n")
