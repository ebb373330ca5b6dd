"""A committee that handles a case itself does not supervise it (专委会承办与督办分开)."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Membership
from assignment.models import Assignment
from common.refusals import Refusal
from congress.models import Committee
from suggestions.models import Suggestion
from supervision.models import KeyCase


class HandlesItself(Refusal):
    def __init__(self, committee: Committee):
        super().__init__(f"{committee}自己承办这件建议，不能由其跟踪督办，请选择其他专委会。")


class SupervisesItself(Refusal):
    def __init__(self, committee: Committee):
        super().__init__(f"{committee}正在跟踪督办本建议，不能同时承办，请先调整督办责任。")


def refuse_own_committee(case: Suggestion, committee: Committee | None) -> None:
    """:raises HandlesItself: if the committee is a unit of the case."""
    if committee is None or committee.unit_id is None:
        return
    live = Assignment.objects.filter(suggestion=case).live()
    if live.filter(unit_id=committee.unit_id).exists():
        raise HandlesItself(committee)


def keep_committee_apart(
    case: Suggestion, *, ended: list[Assignment], by: Membership, at: datetime
) -> None:
    """
    Refuse to have a case handled by the committee that supervises it.

    :raises SupervisesItself: if one of the units now at work is the tracking committee.
    """
    key_case = KeyCase.objects.filter(suggestion=case).select_related("committee").first()
    if key_case is None or key_case.committee is None:
        return
    live = Assignment.objects.filter(suggestion=case).live()
    if live.filter(unit__committee=key_case.committee).exists():
        raise SupervisesItself(key_case.committee)
