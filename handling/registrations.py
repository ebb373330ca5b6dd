"""What this app offers to the case page, the inbox and the floors below."""

from __future__ import annotations

from assignment.registry import register_mix_follower
from handling.services.folding import follow_units


def register_all() -> None:
    """Register the deeds, tasks and panels of handling, once at start."""
    register_mix_follower("handling", follow_units)
