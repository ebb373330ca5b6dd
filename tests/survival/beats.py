"""Two real beats on clocks that the test moves, and the rings they leave in the queue."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import redis
from django.conf import settings

from tests.survival.workers import READY

SEALED = "audit.tasks.seal_audit_record"
REMINDED = "supervision.tasks.remind"


class Beats:
    """Two beats where one should be, and the queue that they ring into, which nobody else hears."""

    def __init__(self, folder: Path, begin: datetime) -> None:
        self.folder, self.begin = folder, begin
        self.since = time.monotonic()
        self.processes: list[subprocess.Popen] = []
        self.queue = redis.Redis.from_url(settings.REDIS_URL)

    def now(self) -> datetime:
        return self.begin + timedelta(seconds=time.monotonic() - self.since)

    def start(self) -> None:
        self.processes = [self._started(number) for number in range(2)]
        for process in self.processes:
            wait_until_ready(process)

    def _started(self, number: int) -> subprocess.Popen:
        given = {
            "DJANGO_SETTINGS_MODULE": "config.test_settings",
            "PYTHONPATH": str(settings.BASE_DIR),
            "TEST_DATA_DIR": str(settings.DATA_DIR),
            "PYTHONWARNINGS": "ignore",
        }
        words = ["tests.survival.beat", self.now().isoformat(), str(self.folder / f"beat{number}")]
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            env=os.environ | given,
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def move(self, hours: float) -> None:
        """Set the clocks, while beat runs or while it is down."""
        self.begin += timedelta(hours=hours)
        for process in self.processes:
            process.stdin.write(f"{hours * 3600}\n")
            process.stdin.flush()

    def end(self) -> None:
        """End one in order and the other at once."""
        for end, process in zip(("terminate", "kill"), self.processes, strict=False):
            getattr(process, end)()
            process.wait(timeout=60)
            process.stdin.close()
            process.stdout.close()
        self.processes = []

    def hear(self, task: str, *, seconds: float) -> float:
        """Take rings from the queue until both have rung for a task; return how long it took."""
        began, rung = time.monotonic(), defaultdict(set)
        while len(rung[task]) < 2:
            assert time.monotonic() - began < seconds, f"{task}: {len(rung[task])} of 2 rang"
            message = self.queue.brpop(["celery"], timeout=1)
            if message:
                headers = json.loads(message[1])["headers"]
                rung[headers["task"]].add(headers["origin"])
        return time.monotonic() - began

    def forget(self) -> None:
        """Leave nothing in the queue."""
        self.queue.delete("celery")


def wait_until_ready(process: subprocess.Popen) -> None:
    alarm = threading.Timer(120, process.kill)
    alarm.start()
    try:
        assert any(READY in line for line in process.stdout), "beat does not start"
    finally:
        alarm.cancel()
