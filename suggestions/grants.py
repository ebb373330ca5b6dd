"""
How grants on a case are written: as whole sets, by diff, in bulk.

Each codename belongs to one app, whose own ``grants.py`` derives the set from facts and calls
``sync_codename``; nobody adds or removes a single grant.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Permission

from suggestions.models import Suggestion, SuggestionGroupPermission


def sync_codename(case: Suggestion, codename: str, groups: Iterable[int]) -> None:
    """Let exactly these groups hold the codename on the case."""
    permission = Permission.objects.get(
        content_type__app_label="suggestions", content_type__model="suggestion", codename=codename
    )
    held = SuggestionGroupPermission.objects.filter(content_object=case, permission=permission)
    expected, actual = set(groups), set(held.values_list("group_id", flat=True))

    if actual - expected:
        held.filter(group_id__in=actual - expected).delete()
    SuggestionGroupPermission.objects.bulk_create(
        SuggestionGroupPermission(content_object=case, permission=permission, group_id=group)
        for group in sorted(expected - actual)
    )


def grants_on(case: Suggestion) -> set[tuple[int, str]]:
    """Return all grants on a case as (group id, codename), for tests and the audit page."""
    rows = SuggestionGroupPermission.objects.filter(content_object=case)
    return set(rows.values_list("group_id", "permission__codename"))
