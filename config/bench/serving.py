"""The real server on the scratch database, and a browser that does nothing but fetch."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote

from django.conf import settings

from config.processes import Child

_PATIENCE = 30.0
_LOCAL = "127.0.0.1"


class ServerSilent(Exception):
    """The server under measurement did not come up."""


@contextmanager
def server() -> Iterator[int]:
    """Run gunicorn as script/server does, in one process, and tell its port."""
    port = _free_port()
    options = {
        "--bind": f"{_LOCAL}:{port}",
        "--worker-class": "gthread",
        "--workers": "1",
        "--threads": "4",
        "--keep-alive": "60",
        "--log-level": "warning",
    }
    words = [word for pair in options.items() for word in pair]
    child = Child(
        "bench", ["gunicorn", "config.bench.wsgi", "--no-control-socket", *words], environment()
    )
    child.start()
    try:
        _wait_for(port, child)
        yield port
    finally:
        child.ask_to_stop()
        child.make_stop(seconds=10)


def environment() -> dict[str, str]:
    """Name the scratch database and all else of this process to a process beside it."""
    return {
        "DATABASE_URL": _database_url(),
        "DATABASE_REPLICA_URL": "",  # which has no scratch database yet
        "REDIS_URL": settings.REDIS_URL,
        "DATA_DIR": str(settings.DATA_DIR),
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings"),
        "ALLOWED_HOSTS": _LOCAL,
        "DEVELOPMENT": "1",
        "HTTPS": "0",
        "DEBUG": "0",
        # One person here asks what a hundred would.
        "SEARCHES_PER_MINUTE": "1000000",
    }


def _database_url() -> str:
    given = settings.DATABASES["default"]
    who = quote(given["USER"], safe="")
    if given["PASSWORD"]:
        who += f":{quote(given['PASSWORD'], safe='')}"
    where = quote(given["HOST"], safe="") + (f":{given['PORT']}" if given["PORT"] else "")
    return f"postgresql://{who}@{where}/{given['NAME']}"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((_LOCAL, 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, child: Child) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and child.is_running:
        with suppress(OSError, HTTPException), closing(Fetcher(port, "")) as fetcher:
            if fetcher.get("/health/live") == 200:
                return
        time.sleep(0.1)
    raise ServerSilent


class Fetcher:
    """Fetches pages for one session over one connection, as a browser does."""

    def __init__(self, port: int, session_key: str) -> None:
        self._connection = HTTPConnection(_LOCAL, port, timeout=60)
        self._headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session_key}"}

    def close(self) -> None:
        """Drop the connection; the next page opens another."""
        self._connection.close()

    def get(self, path: str) -> int:
        """Fetch a page whole and return its status."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status
