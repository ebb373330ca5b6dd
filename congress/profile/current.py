"""Which version holds on a day, and its rules."""

import json
from datetime import date
from functools import lru_cache
from typing import Any

from common.refusals import Refusal
from congress.models import Congress, RulesProfile
from congress.profile.clocks import Clock
from congress.profile.parsing import parse
from congress.profile.rules import Rules


class NoProfile(Refusal):
    def __init__(self, congress: Congress):
        super().__init__(f"{congress}尚未设置办理规则，请系统管理员先运行 setup_congress。")


def rules_for(congress: Congress, *, on: date) -> Rules:
    """
    Find the rules of a congress on a day: the latest version in force.

    Before the first version came into force the first applies: history needs some rule.

    :raises NoProfile: if the congress has no version at all.
    """
    versions = RulesProfile.objects.filter(congress=congress)
    profile = (
        versions.filter(valid_from__lte=on).order_by("-version").first()
        or versions.order_by("version").first()
    )
    if profile is None:
        raise NoProfile(congress)
    return rules_of(profile)


def rules_of(profile: RulesProfile) -> Rules:
    """Read the rules of one version."""
    options, clocks = _read(json.dumps(profile.values, sort_keys=True))
    return Rules(profile=profile, clocks=clocks, **options)


@lru_cache(maxsize=256)
def _read(values: str) -> tuple[dict[str, Any], dict[str, Clock]]:
    return parse(json.loads(values))
