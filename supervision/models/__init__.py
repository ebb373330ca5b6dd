"""Supervision (督办): key suggestions with their leaders and log, and urging by people."""

from supervision.models.key_case import KeyCase, KeyCaseChange, SupervisionLog
from supervision.models.urging import Urging

__all__ = ["KeyCase", "KeyCaseChange", "SupervisionLog", "Urging"]
