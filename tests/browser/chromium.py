"""Where a Chromium is, and how to get one where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
PATIENCE = 240  # seconds for a download that may hang behind a firewall


def find_chromium(bundled: str) -> str | None:
    """Return the path of a Chromium: the system's, Playwright's own, or a fresh one."""
    return _present(bundled) or (_installed() and _present(bundled)) or None


def _present(bundled: str) -> str | None:
    if Path(bundled).exists():
        return bundled
    return next(filter(None, map(shutil.which, NAMES)), None)


def _installed() -> bool:
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        attempts.append(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"])
    return any(_runs(command) for command in attempts)


def _runs(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
