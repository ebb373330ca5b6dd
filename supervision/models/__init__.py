"""Supervision (督办): key suggestions, urging by people, notices to units, the weekly digest."""

from supervision.models.digest import Digest, DigestRow
from supervision.models.key_case import KeyCase, KeyCaseChange, SupervisionLog
from supervision.models.notice import SupervisionNotice
from supervision.models.urging import Urging

__all__ = [
    "Digest",
    "DigestRow",
    "KeyCase",
    "KeyCaseChange",
    "SupervisionLog",
    "SupervisionNotice",
    "Urging",
]
