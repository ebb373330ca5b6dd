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


def sync_codename_on_all(
    cases: Iterable[int], codename: str, wanted: Iterable[tuple[int, int]]
) -> None:
    """Let exactly the wanted (case, group) pairs hold the codename on these cases."""
    permission = Permission.objects.get(
        content_type__app_label="suggestions", content_type__model="suggestion", codename=codename
    )
    held = SuggestionGroupPermission.objects.filter(
        content_object__in=list(cases), permission=permission
    )
    actual = {(row.content_object_id, row.group_id): row.pk for row in held}
    expected = set(wanted)

    gone = [pk for pair, pk in actual.items() if pair not in expected]
    if gone:
        SuggestionGroupPermission.objects.filter(pk__in=gone).delete()
    SuggestionGroupPermission.objects.bulk_create(
        [
            SuggestionGroupPermission(content_object_id=case, permission=permission, group_id=group)
            for case, group in sorted(expected - set(actual))
        ],
        batch_size=2_000,
    )


def grants_on(case: Suggestion) -> set[tuple[int, str]]:
    """Return all grants on a case as (group id, codename), for tests and the audit page."""
    rows = SuggestionGroupPermission.objects.filter(content_object=case)
    return set(rows.values_list("group_id", "permission__codename"))
