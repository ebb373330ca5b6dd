"""Child processes of the supervisor: started apart from the terminal, stopped to the last one."""

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
# Celery's own warning to whoever runs as root, which this system allows: it takes json only.
WARNINGS = "ignore:You're running the worker with superuser"
RESTARTS = 5
WITHIN = 60.0


class Child:
    """One long-running process with everything that it starts."""

    def __init__(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.environment = dict(environment or {})
        self.arguments = [sys.executable, "-m", *arguments]
        self.process: subprocess.Popen[bytes] | None = None
        self._starts: list[float] = []

    def start(self) -> None:
        self._starts.append(time.monotonic())
        # A session of its own: Ctrl-C reaches the supervisor alone, which stops things in order.
        self.process = subprocess.Popen(  # noqa: S603 - our own programs
            self.arguments,
            stdin=subprocess.DEVNULL,
            env=os.environ | {"PYTHONWARNINGS": WARNINGS} | self.environment,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - the supervisor has no threads
        )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def keeps_failing(self) -> bool:
        """Test if it was started so often lately that starting it again is no help."""
        since = time.monotonic() - WITHIN
        return len([start for start in self._starts if start > since]) > RESTARTS

    def ask_to_stop(self) -> None:
        if self.process is not None and self.is_running:
            self.process.terminate()

    def make_stop(self, *, seconds: float) -> None:
        """Wait so long for the process to end by itself, then end its whole group."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            log.warning("%s 没有按时结束，强制结束。", self.name)
        # Its own children as well, even where it ended before them.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _end_with_parent() -> None:
    """Let a supervisor that was killed take its children with it (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
