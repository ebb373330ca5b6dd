"""
Who uses the embedded servers: the first to come starts them, the last to leave stops them.

Each process that uses a data directory holds a shared ``flock`` on its ``users.lock``. The kernel
lets go of it whatever becomes of the process, so a crash never leaves a user behind. Starting and
stopping are decided under an exclusive lock of their own.
"""

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings

from config.engines.home import Home
from config.engines.postgres import Postgres
from config.engines.redis_server import Redis


class Lease:
    """One process's use of the embedded servers of a data directory."""

    def __init__(self, home: Home, servers: list[Postgres | Redis]) -> None:
        self.home = home
        self.servers = servers
        self._used: IO[str] | None = None
        self._pid = os.getpid()

    def enter(self) -> None:
        """
        Use the servers, starting those that do not run.

        :raises EngineFault: if one cannot be brought up.
        """
        self.home.claim()
        with self._deciding():
            used = (self.home.path / "users.lock").open("w")
            fcntl.flock(used, fcntl.LOCK_SH)
            self._used = used
            self._ensure_all()

    def renew(self) -> None:
        """Bring back a server that died while we used it."""
        if not all(server.is_alive() for server in self.servers):
            with self._deciding():
                self._ensure_all()

    def leave(self) -> None:
        """Stop using the servers, and stop them if nobody else uses them."""
        # A forked child inherits the lock but not the right to give it up for its parent.
        if self._used is None or os.getpid() != self._pid:
            return
        with self._deciding():
            used, self._used = self._used, None
            fcntl.flock(used, fcntl.LOCK_UN)
            if _nobody_holds(used):
                for server in self.servers:
                    server.stop()
            used.close()

    def _ensure_all(self) -> None:
        for server in self.servers:
            server.ensure()

    @contextmanager
    def _deciding(self) -> Iterator[None]:
        with (self.home.path / "decide.lock").open("w") as decision:
            fcntl.flock(decision, fcntl.LOCK_EX)
            yield


def hold_embedded_servers() -> None:
    """
    Use the embedded servers that the settings name for as long as this process lives.

    :raises EngineFault: if one cannot be brought up.
    """
    if settings.EMBEDDED_SERVERS:
        lease = Lease(settings.DATA_HOME, settings.EMBEDDED_SERVERS)
        lease.enter()
        atexit.register(lease.leave)


def _nobody_holds(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(lock, fcntl.LOCK_UN)
    return True
