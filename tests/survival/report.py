"""One line of figures for each long run, with its number of the checklist."""

import os

#: A part of the full numbers, for trying a run out: ``SURVIVAL_SCALE=0.1 script/test-long …``.
SCALE = float(os.environ.get("SURVIVAL_SCALE", "1"))


def scaled(number: int) -> int:
    """Return so much of a full number as is asked for."""
    return max(1, round(number * SCALE))


def report(number: int, text: str) -> None:
    """Print the figures of a run, and how busy the machine was."""
    load = os.getloadavg()[0]
    print(f"\n#{number} {text} (load {load:.1f})")  # noqa: T201 - what script/test-long is for
