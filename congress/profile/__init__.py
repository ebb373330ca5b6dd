"""
The local rules of a congress (本地规则): typed, versioned, each default with its source.

Read with ``rules_for(congress, on=day)``; a version is written by ``congress.services.profiles``.
"""

from congress.profile.clocks import Clock, Start
from congress.profile.current import NoProfile, rules_for, rules_of
from congress.profile.errors import ProfileError
from congress.profile.options import (
    Copies,
    Dimensions,
    Disclosure,
    ExtensionApprover,
    LateReturn,
    MonthDay,
    ReasonGrade,
    Recipients,
    RehandleDecider,
    SecondDissatisfaction,
    SignLevel,
    Silence,
    WaitForOpinions,
    WithdrawUntil,
)
from congress.profile.parsing import validate
from congress.profile.ready_made import ready_made_profiles
from congress.profile.rules import Rules

__all__ = [
    "Clock",
    "Copies",
    "Dimensions",
    "Disclosure",
    "ExtensionApprover",
    "LateReturn",
    "MonthDay",
    "NoProfile",
    "ProfileError",
    "ReasonGrade",
    "Recipients",
    "RehandleDecider",
    "Rules",
    "SecondDissatisfaction",
    "SignLevel",
    "Silence",
    "Start",
    "WaitForOpinions",
    "WithdrawUntil",
    "ready_made_profiles",
    "rules_for",
    "rules_of",
    "validate",
]
