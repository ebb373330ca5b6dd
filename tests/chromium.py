"""A real browser for the tests marked ``browser``: found, or installed where that is allowed."""

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
HEADLESS = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
MINUTES = 60
APT = ["apt-get", "--quiet", "--yes"]
PACKAGES = ["chromium", "fonts-noto-cjk"]


def find_or_install() -> str | None:
    """Return the path of a Chromium that runs, installing one if need be and if possible."""
    with _one_at_a_time() as note:
        if note.exists():
            return note.read_text() or None
        path = find() or (find() if install() else None)
        # Noted even if there is none: the other process of this run need not try again.
        note.write_text(path or "")
        return path


def find() -> str | None:
    candidates = [shutil.which(name) for name in NAMES] + [playwrights_own()]
    return next((path for path in candidates if path and runs(path)), None)


def playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - absent without browser tests

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def runs(path: str) -> bool:
    """Test if a browser starts: one without its system libraries is there but does not."""
    return succeeds([path, *HEADLESS, "--dump-dom", "about:blank"], seconds=60)


def install() -> bool:
    """Install a browser; no way to do so is a reason to skip, not to fail."""
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    if succeeds(own, seconds=5 * MINUTES) and find():
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    succeeds([*APT, "update"], seconds=3 * MINUTES)
    return succeeds([*APT, "install", "--no-install-recommends", *PACKAGES], seconds=10 * MINUTES)


def succeeds(command: list[str], *, seconds: float) -> bool:
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
