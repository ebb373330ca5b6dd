"""The rules one congress goes by on one day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from congress.models import RulesProfile
from congress.profile.clocks import DEFAULT_CLOCKS, Clock
from congress.profile.options import Options


@dataclass(frozen=True, kw_only=True)
class Rules(Options):
    """One version of a congress's rules: its options as attributes, its clocks by name."""

    profile: RulesProfile
    clocks: Mapping[str, Clock] = field(default_factory=lambda: DEFAULT_CLOCKS)

    def clock(self, name: str) -> Clock:
        """Look up a clock (期限规则) by its name in ``congress.profile.clocks``."""
        return self.clocks[name]

    def number_text(self, n: int, *, is_in_session: bool) -> str:
        """Write a number as the congress writes it (编号), e.g. 第0012号 or 闭第0003号."""
        pattern = self.number_in_session if is_in_session else self.number_between_sessions
        return pattern.format(n=n)


def option_fields() -> list:
    """List the options with their labels and sources, in the order of the procedure."""
    return list(fields(Options))
