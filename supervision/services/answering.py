"""A unit answers what it was asked in writing: an urging or a notice (反馈催办、回应督办通知单)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Membership
from assignment.people import name_of
from common.refusals import Refusal
from notices import services as notices
from suggestions import timeline
from suggestions.models import Audience, Suggestion
from supervision.models import SupervisionNotice, Urging


class AnsweredAlready(Refusal):
    def __init__(self, asked: SupervisionNotice | Urging, deed: str):
        super().__init__(f"{name_of(asked.answered_by)}已{deed}，请刷新后查看。")


def take_answer(
    case: Suggestion,
    asked: SupervisionNotice | Urging,
    *,
    answer: str,
    action: str,
    deed: str,
    tell: Iterable[Membership],
    by: Membership,
    at: datetime,
    link: str | None = None,
) -> None:
    """
    Keep a unit's answer on a locked case, put it on the timeline and tell who asked.

    ``deed`` says in the offices' words what the unit did, such as 反馈催办.

    :raises AnsweredAlready: if a colleague was faster.
    """
    if asked.answered_at:
        raise AnsweredAlready(asked, deed)
    asked.answer, asked.answered_at, asked.answered_by = answer.strip(), at, by
    asked.save(update_fields=["answer", "answered_at", "answered_by"])
    unit = asked.assignment.unit
    timeline.add(
        case,
        action,
        f"{unit}{deed}",
        by=by,
        at=at,
        note=asked.answer,
        audience=Audience.UNIT,
        unit=unit,
    )
    notices.post(to=tell, text=f"{unit}已{deed}：{case}", about=case, link=link, at=at)
