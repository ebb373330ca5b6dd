#!/usr/bin/env python
"""
Write constraints.txt: the exact version of everything that the requirements pull in.

Run it in a virtual environment that holds them, after changing a requirement:
``.venv/bin/python tools/lock.py``. A test compares its answer with the file.
"""

import re
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
HEADER = (
    "# Written by tools/lock.py: every package, direct or not, at the version tested together.\n"
)


def direct_requirements() -> list[Requirement]:
    """Read the direct requirements of both files."""
    texts = (ROOT / name for name in ("requirements.txt", "requirements-dev.txt"))
    lines = (line for path in texts for line in path.read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if re.match(r"[A-Za-z]", line)]


def lock() -> str:
    """Return what constraints.txt must hold."""
    pinned: dict[str, str] = {}
    waiting = [(found, extra) for found in direct_requirements() for extra in ("", *found.extras)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted, extra = waiting.pop()
        if (wanted.name.lower(), extra) in seen:
            continue
        seen.add((wanted.name.lower(), extra))
        package = metadata.distribution(wanted.name)
        pinned[re.sub(r"[-_.]+", "-", package.name).lower()] = package.version
        for text in package.requires or []:
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                waiting += [(needed, inner) for inner in ("", *needed.extras)]
    return HEADER + "".join(f"{name}=={version}\n" for name, version in sorted(pinned.items()))


if __name__ == "__main__":
    (ROOT / "constraints.txt").write_text(lock(), encoding="utf-8")
