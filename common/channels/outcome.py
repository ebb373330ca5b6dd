"""
What became of one message, and what every channel looks like.

The three answers decide what may happen next: what was sent is done, what failed for a while may be
sent again, and what is in doubt is parked for a person and never blindly repeated.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Sent:
    """The other side has taken the message over (已发送)."""

    reference: str = ""


@dataclass(frozen=True)
class Failed:
    """
    The message certainly did not go out (发送失败).

    ``is_permanent`` when the same message will fail again, because of its address or content.
    """

    reason: str
    is_permanent: bool = False


@dataclass(frozen=True)
class InDoubt:
    """It was handed over and no answer came: perhaps it went out (存疑)."""

    reason: str


Outcome = Sent | Failed | InDoubt


class Channel(Protocol):
    """A way out of the house."""

    def send(self, address: str, text: str, key: str) -> Outcome:
        """
        Send a text to one address, within the channel's own time limit.

        ``key`` names this message for ever; a receiver that knows keys drops what it has seen.
        Nothing is raised for what networks and gateways do.
        """
        ...
