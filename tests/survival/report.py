"""One line of figures for each long run, with its number of the checklist."""

import os


def report(number: int, text: str) -> None:
    """Print the figures of a run, and how busy the machine was."""
    load = os.getloadavg()[0]
    print(f"\n#{number} {text} (load {load:.1f})")  # noqa: T201 - what script/test-long is for
