"""gunicorn in a process group of its own, and browsers that stay signed in whatever it does."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import requests
from django.conf import settings
from django.db import connection

TIMEOUT = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Web:
    """The site behind gunicorn: two processes of eight threads, as ``script/server`` runs it."""

    def __init__(self, **environment: str) -> None:
        self.port = free_port()
        self.environment = environment
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        given = {
            "DJANGO_SETTINGS_MODULE": "config.test_settings",
            "TEST_DATA_DIR": str(settings.DATA_DIR),
            "SURVIVAL_DATABASE": str(connection.settings_dict["NAME"]),
            "PYTHONPATH": str(settings.BASE_DIR),
            "PYTHONWARNINGS": "ignore",
        }
        options = (
            "--preload --no-control-socket --log-level critical --timeout 60"
            f" --bind 127.0.0.1:{self.port} --worker-class gthread --workers 2 --threads 8"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "tests.survival.web", *options.split()],
            env=os.environ | given | self.environment,
            cwd=settings.BASE_DIR,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("gunicorn does not listen")

    def kill(self) -> None:
        """End everything at once."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def kill_workers(self) -> int:
        """End the processes that serve, and leave the one that starts them; say how many."""
        workers = psutil.Process(self.process.pid).children()
        for each in workers:
            each.kill()
        return len(workers)


class Browser:
    """A signed-in browser outside the process, which goes on when the site is away."""

    def __init__(self, web: Web, client) -> None:
        self.base = f"http://127.0.0.1:{web.port}"
        self.session = requests.Session()
        self.session.trust_env = False
        token = secrets.token_hex(16)
        self.session.headers["X-CSRFToken"] = token
        self.session.headers["Connection"] = "close"
        self.session.cookies.set(settings.CSRF_COOKIE_NAME, token)
        name = settings.SESSION_COOKIE_NAME
        self.session.cookies.set(name, client.cookies[name].value)

    def ask(self, method: str, path: str, **given) -> requests.Response | None:
        """Ask once; nothing comes back where the site was cut off."""
        try:
            return self.session.request(
                method, self.base + path, timeout=TIMEOUT, allow_redirects=False, **given
            )
        except requests.RequestException:
            return None


def paper(size: int) -> tuple[str, bytes, str]:
    """Return a PDF of about this size, to be sent."""
    filling = b"%" + secrets.token_hex(size // 2).encode()
    return "材料.pdf", b"%PDF-1.7\n" + filling + b"\n%%EOF\n", "application/pdf"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
