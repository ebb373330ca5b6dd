"""New versions of a congress's rules. An old version is never changed."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.services import Actor, record
from common.refusals import Refusal
from congress.models import Congress, RulesProfile
from congress.profile import validate


class VersionBackdated(Refusal):
    def __init__(self, latest: RulesProfile):
        super().__init__(
            f"生效日期不能早于第{latest.version}版的生效日期（{latest.valid_from:%Y-%m-%d}）。"
        )


@transaction.atomic
def add_profile_version(
    congress: Congress,
    *,
    values: dict[str, Any],
    valid_from: date,
    by: Actor | None,
    at: datetime,
    note: str = "",
) -> RulesProfile:
    """
    Add a version of the rules (规则版本) in force from a day on; running deadlines keep theirs.

    :raises ProfileError: if a value is not what its rule can be.
    :raises VersionBackdated: if an earlier version would come into force after it.
    """
    validate(values)
    # One at a time: two administrators would both write the same next version.
    Congress.objects.select_for_update(no_key=True).get(pk=congress.pk)
    latest = RulesProfile.objects.filter(congress=congress).order_by("-version").first()
    if latest and valid_from < latest.valid_from:
        raise VersionBackdated(latest)
    profile = RulesProfile.objects.create(
        congress=congress,
        version=latest.version + 1 if latest else 1,
        valid_from=valid_from,
        values=values,
        note=note,
    )
    detail = {"version": profile.version, "values": values}
    record("profile.add", by=by, at=at, subject=profile, congress_id=congress.pk, detail=detail)
    return profile
