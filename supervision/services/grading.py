"""How important a case is, and which official leads its handling (建议分级、领办)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.selectors import members_of
from common.refusals import Refusal
from congress.models import Grade, Official
from notices import services as notices
from suggestions import timeline
from suggestions.workflow import lock_case
from supervision import grants


class NothingChanged(Refusal):
    def __init__(self) -> None:
        super().__init__("分级和领办领导与现在相同，没有改动。")


@transaction.atomic
def grade(
    suggestion_id: int,
    *,
    grade: Grade | None,
    led_by: Official | None,
    by: Membership,
    at: datetime,
) -> None:
    """
    Give a case its grade and the official who leads its handling.

    :raises NothingChanged: if both are what they were.
    """
    case = lock_case(suggestion_id)
    if (case.grade, case.led_by) == (grade, led_by):
        raise NothingChanged
    former = case.led_by_id
    case.grade, case.led_by = grade, led_by
    case.save(update_fields=["grade", "led_by"])
    grants.sync(case)
    named = f"，领办领导 {led_by}" if led_by else ""
    timeline.add(case, "grade", f"建议分级：{grade or '未分级'}{named}", by=by, at=at)
    if led_by and led_by.pk != former:
        told = members_of(official=led_by, on=timezone.localdate(at))
        notices.post(to=told, text=f"请领办：{case}", about=case, at=at)
