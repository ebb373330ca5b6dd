"""A Chromium for the browser tests: found, or installed where that is allowed."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--lang=zh-CN",
]
APT = ["apt-get", "--quiet", "--yes"]
PACKAGES = ["chromium", "fonts-noto-cjk"]


def find_or_install(bundled: str) -> str | None:
    """Return the path of a Chromium that starts: the system's, Playwright's own, or a fresh one."""
    with _one_at_a_time() as note:
        if note.exists():
            return note.read_text() or None
        path = _find(bundled) or _install(bundled)
        # Noted even if there is none: the other processes of this run need not try again.
        note.write_text(path or "")
        return path


def _find(bundled: str) -> str | None:
    present = [*filter(None, map(shutil.which, NAMES)), bundled]
    return next((path for path in present if _starts(path)), None)


def _starts(path: str) -> bool:
    """Test if a browser runs: one without its system's libraries is there but does not."""
    return _succeeds([path, "--headless=new", *ARGUMENTS, "--dump-dom", "about:blank"], seconds=60)


def _install(bundled: str) -> str | None:
    _succeeds([sys.executable, "-m", "playwright", "install", "chromium"], seconds=240)
    if path := _find(bundled):
        return path
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _succeeds([*APT, "update"], seconds=120)
        _succeeds([*APT, "install", "--no-install-recommends", *PACKAGES], seconds=600)
    return _find(bundled)


def _succeeds(command: list[str], *, seconds: float) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextmanager
def _one_at_a_time() -> Iterator[Path]:
    """Let the processes of one test run share one search; its outcome holds for that run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    place = settings.DATA_DIR / "chromium"
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place / run
