"""Congresses, their people and bodies, and the rules and words that differ from place to place."""

from congress.models.bodies import Committee, Office, System, Unit
from congress.models.calendar import CalendarDay, CalendarMark
from congress.models.codes import (
    Category,
    DeclineGround,
    DissatisfactionReason,
    Grade,
    Origin,
    ResultClass,
    ReturnReason,
    SupervisorCategory,
)
from congress.models.people import Delegation, Deputy, Official
from congress.models.rules import RulesProfile
from congress.models.tree import Congress, Session, Term

__all__ = [
    "CalendarDay",
    "CalendarMark",
    "Category",
    "Committee",
    "Congress",
    "DeclineGround",
    "Delegation",
    "Deputy",
    "DissatisfactionReason",
    "Grade",
    "Office",
    "Official",
    "Origin",
    "ResultClass",
    "ReturnReason",
    "RulesProfile",
    "Session",
    "SupervisorCategory",
    "System",
    "Term",
    "Unit",
]
