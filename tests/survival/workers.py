"""Workers in process groups of their own, and the bell that rings for them."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from tests.factories import NOW

READY = "the worker is ready"
#: The clock of the workers begins here: within office hours, a little before a slot opens.
BEGIN = NOW + timedelta(seconds=50)
SLOTS = ",".join(["09:00", *(f"10:{minute:02}" for minute in range(1, 40))])
BELLS = (
    "supervision.tasks.remind",
    "notices.tasks.group_alerts",
    "notices.tasks.deliver_messages",
)


class WorkerGroup:
    """A worker with its children, started as one group and ended as one."""

    def __init__(self, *, ahead: float, **environment) -> None:
        given = {
            "DJANGO_SETTINGS_MODULE": "config.test_settings",
            "PYTHONPATH": str(settings.BASE_DIR),
            "TEST_DATA_DIR": str(settings.DATA_DIR),
            "MESSAGE_SLOTS": SLOTS,
            "PYTHONWARNINGS": "ignore",
        }
        name = str(connection.settings_dict["NAME"])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.survival.worker", name, str(ahead)],
            env=os.environ | given | environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def wait_until_ready(self) -> None:
        alarm = threading.Timer(120, self.process.kill)
        alarm.start()
        try:
            for line in self.process.stdout:
                if READY in line:
                    return
        finally:
            alarm.cancel()
        raise AssertionError(f"the worker ended with {self.process.wait()}")

    def kill(self) -> None:
        """End the whole group at once, as a power cut would."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)
        self.process.stdout.close()


@contextmanager
def worker(**given):
    """Run a worker and end it."""
    group = WorkerGroup(**given)
    try:
        group.wait_until_ready()
        yield group
    finally:
        group.kill()


class KeptWorker:
    """A worker that is started again when it ends, as a container is."""

    def __init__(self, **given) -> None:
        self.given, self.restarts = given, 0
        self.enough = threading.Event()
        self.group = WorkerGroup(**given)
        self.thread = threading.Thread(target=self._mind, daemon=True)

    def _mind(self) -> None:
        while not self.enough.wait(0.5):
            if self.group.process.poll() is not None:
                self.group.kill()
                self.restarts += 1
                self.group = WorkerGroup(**self.given)

    def __enter__(self):
        self.group.wait_until_ready()
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.enough.set()
        self.thread.join(timeout=30)
        self.group.kill()


@contextmanager
def ringing(app, *, every: float = 0.25, bells=BELLS):
    """Ring all bells again and again, as beat does; a broker that is away is rung later."""
    enough = threading.Event()

    def ring():
        while not enough.wait(every):
            for name in bells:
                try:
                    app.send_task(name, expires=20, retry=False)
                except Exception:
                    continue

    thread = threading.Thread(target=ring, daemon=True)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join(timeout=60)


def seconds_ahead() -> float:
    """Return how far the workers' clock is ahead of the machine's."""
    return (BEGIN - datetime.now(UTC)).total_seconds()


def wait_until(is_done, *, seconds: float, what: str) -> float:
    """Wait for something and return how long it took."""
    began = time.monotonic()
    while not is_done():
        assert time.monotonic() - began < seconds, what
        time.sleep(0.2)
    return time.monotonic() - began
