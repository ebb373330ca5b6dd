"""
A process of its own that reads one workbook: ``python -m tests.common.reader FILE [--as-ledger]``.

With ``--as-ledger`` through the import itself, as a worker does. Prints what came of it, after the
seconds and the highest memory of the process in MiB.
"""

import os
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import django

from common.refusals import Refusal
from common.spreadsheets.bounds import bounded
from common.spreadsheets.reading import open_workbook


def imported(path: Path) -> str:
    django.setup()
    services = import_module("ledgers.services.importing")
    at = datetime(2026, 3, 5, 9, tzinfo=UTC)
    try:
        with path.open("rb") as file:
            return str(services.import_ledger(file, congress="x", by=None, at=at))
    except Refusal as refusal:
        return f"refused {refusal}"


def read(path: Path) -> str:
    try:
        with bounded(), path.open("rb") as file, open_workbook(file) as book:
            rows = sum(1 for _ in book.sheet("建议台账"))
    except Refusal as refusal:
        return f"refused {refusal}"
    return f"read {rows}"


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.test_settings")

if __name__ == "__main__":
    begun = time.monotonic()
    given = sys.argv[1:]
    how = imported if "--as-ledger" in given else read
    outcome = how(Path(given[0])) if given else "nothing"
    seconds = time.monotonic() - begun
    # Not ru_maxrss: that begins with what the parent process had when it started this one.
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    sys.stdout.write(f"{seconds:.2f} {peak // 1024} {outcome}\n")
