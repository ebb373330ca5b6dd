"""
Who may see a case because it is supervised. Guardian's rows follow the facts, never the reverse.

``tracks``: the committee that follows a key suggestion. ``leads``: the leader who supervises it
and the official who leads its handling (领办).
"""

from __future__ import annotations

from collections.abc import Iterable

from suggestions.grants import sync_codename, sync_codename_on_all
from suggestions.models import Suggestion
from supervision.models import KeyCase

TRACKS = "tracks"
LEADS = "leads"


def sync(case: Suggestion) -> None:
    """Let exactly the committee, the leader and the leading official of now hold grants."""
    key_case = KeyCase.objects.filter(suggestion=case).select_related("committee", "leader").first()
    committee = key_case.committee if key_case else None
    leaders = [key_case.leader if key_case else None, case.led_by]

    sync_codename(case, TRACKS, [committee.group_id] if committee else [])
    sync_codename(case, LEADS, [leader.group_id for leader in leaders if leader])


def sync_all(cases: Iterable[int]) -> None:
    """Do for many cases at once what ``sync`` does for one."""
    keys = list(cases)
    key_cases = KeyCase.objects.filter(suggestion__in=keys)
    tracking = key_cases.filter(committee__isnull=False)
    supervising = key_cases.filter(leader__isnull=False)
    leading = Suggestion.objects.filter(pk__in=keys, led_by__isnull=False)

    tracks = set(tracking.values_list("suggestion_id", "committee__group_id"))
    leads = set(supervising.values_list("suggestion_id", "leader__group_id"))
    leads |= set(leading.values_list("pk", "led_by__group_id"))

    sync_codename_on_all(keys, TRACKS, tracks)
    sync_codename_on_all(keys, LEADS, leads)
