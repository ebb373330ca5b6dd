"""
Who may see a case because of its assignments. Guardian's rows follow the facts, never the reverse.

``handles``: units that owe the deputy a reply. ``supports``: units that give an opinion.
``assigns``: offices that choose units for it, or in whose system a unit works on it.
"""

from __future__ import annotations

from collections.abc import Iterable

from assignment.models import Assignment, Referral
from suggestions.grants import sync_codename, sync_codename_on_all
from suggestions.models import Suggestion

HANDLES = "handles"
SUPPORTS = "supports"
ASSIGNS = "assigns"


def sync(case: Suggestion) -> None:
    """Let exactly the units at work on this case and the offices above them hold grants on it."""
    live = Assignment.objects.filter(suggestion=case).live()
    rows = list(live.values_list("role", "unit__group_id", "unit__system__office__group_id"))
    referred = Referral.objects.filter(suggestion=case).open()

    supporting = {unit for role, unit, _ in rows if role == Assignment.Role.SUPPORT}
    answering = {unit for role, unit, _ in rows if role != Assignment.Role.SUPPORT}
    offices = {office for _, _, office in rows if office is not None}
    offices |= set(referred.values_list("office__group_id", flat=True))

    sync_codename(case, HANDLES, answering)
    sync_codename(case, SUPPORTS, supporting)
    sync_codename(case, ASSIGNS, offices)


def sync_all(cases: Iterable[int]) -> None:
    """Do for many cases at once what ``sync`` does for one."""
    keys = list(cases)
    live = Assignment.objects.filter(suggestion__in=keys).live()
    columns = ("suggestion_id", "role", "unit__group_id", "unit__system__office__group_id")
    rows = list(live.values_list(*columns))
    referred = Referral.objects.filter(suggestion__in=keys).open()

    supporting = {(case, unit) for case, role, unit, _ in rows if role == Assignment.Role.SUPPORT}
    answering = {(case, unit) for case, role, unit, _ in rows if role != Assignment.Role.SUPPORT}
    offices = {(case, office) for case, _, _, office in rows if office is not None}
    offices |= set(referred.values_list("suggestion_id", "office__group_id"))

    sync_codename_on_all(keys, HANDLES, answering)
    sync_codename_on_all(keys, SUPPORTS, supporting)
    sync_codename_on_all(keys, ASSIGNS, offices)
