"""
Profiles after published local regulations (参考规则), to begin from and to correct.

Each file holds what its regulation says otherwise than our defaults; where it is silent, the
default stands. They show texts as they were read, not the law in force today.
"""

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "defaults" / "profiles"


def ready_made_profiles() -> dict[str, Path]:
    """Find the ready-made profiles by name, e.g. ``shanghai-2015``."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.json"))}
