"""
Who must know at once that the units of a case have changed.

handling, a floor above, ends what it had begun for a unit that is relieved and folds the case
again: the unit taken off may have been the last that had not replied. It registers in
``AppConfig.ready``; the call comes inside the transaction, under the lock of the case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from accounts.models import Membership
from assignment.models import Assignment
from suggestions.models import Suggestion


class MixFollower(Protocol):
    """What is called after units were added to a case or taken off it."""

    def __call__(
        self, case: Suggestion, *, ended: list[Assignment], by: Membership, at: datetime
    ) -> None: ...


_followers: dict[str, MixFollower] = {}


def register_mix_follower(code: str, follower: MixFollower) -> None:
    """Have ``follower`` called after each change of units; the same code again replaces it."""
    _followers[code] = follower


def tell_mix_followers(
    case: Suggestion, *, ended: list[Assignment], by: Membership, at: datetime
) -> None:
    """Call every follower in the order of their codes."""
    for code in sorted(_followers):
        _followers[code](case, ended=ended, by=by, at=at)
