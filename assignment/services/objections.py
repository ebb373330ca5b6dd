"""A deputy says that the units are not the right ones, and is answered (对交办有意见)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from assignment import rules
from assignment.models import Objection
from assignment.people import name_of, people_of_offices, working_committee_of
from common.refusals import Refusal
from notices import services as notices
from notices.models import Alert
from suggestions import timeline
from suggestions.models import Audience
from suggestions.workflow import lock_case


class ObjectionTooLate(Refusal):
    def __init__(self, last_day: date | None):
        day = f"{last_day:%Y年%m月%d日}前" if last_day else "交办后"
        super().__init__(f"对交办的意见应当在{day}提出；现在可以直接联系代表工委。")


class ObjectionOpen(Refusal):
    def __init__(self) -> None:
        super().__init__("您已提出意见，代表工委正在研究。")


class ObjectionAnswered(Refusal):
    def __init__(self, objection: Objection):
        super().__init__(f"{name_of(objection.answered_by)}已答复这条意见，请刷新后查看。")


@transaction.atomic
def object_to_units(suggestion_id: int, *, text: str, by: Membership, at: datetime) -> Objection:
    """
    Put on record that a deputy wants other units (对交办有意见).

    :raises ObjectionTooLate: if the days for it are over.
    :raises ObjectionOpen: if an earlier one waits for its answer.
    """
    case = lock_case(suggestion_id)
    last, today = rules.last_day_to_object(case), timezone.localdate(at)
    if last is None or today > last:
        raise ObjectionTooLate(last)
    if Objection.objects.unanswered().filter(suggestion=case, by=by).exists():
        raise ObjectionOpen
    objection = Objection.objects.create(suggestion=case, text=text.strip(), by=by, at=at)
    timeline.add(
        case,
        "object_to_units",
        "代表对交办提出意见",
        by=by,
        at=at,
        note=objection.text,
        audience=Audience.NOT_UNITS,
    )
    notices.post(
        to=people_of_offices([working_committee_of(case.congress)], on=today),
        text=f"代表对交办有意见：{case}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )
    return objection


@transaction.atomic
def answer_objection(objection_id: int, *, answer: str, by: Membership, at: datetime) -> None:
    """
    Tell the deputy what becomes of the objection (答复代表对交办的意见).

    :raises ObjectionAnswered: if a colleague was faster.
    """
    rows = Objection.objects.values_list("suggestion_id", flat=True)
    case = lock_case(rows.get(pk=objection_id))
    objection = Objection.objects.select_related("by", "answered_by__user").get(pk=objection_id)
    if objection.answered_at:
        raise ObjectionAnswered(objection)
    objection.answer, objection.answered_at, objection.answered_by = answer.strip(), at, by
    objection.save(update_fields=["answer", "answered_at", "answered_by"])
    timeline.add(
        case,
        "answer_objection",
        "答复代表对交办的意见",
        by=by,
        at=at,
        note=objection.answer,
        audience=Audience.NOT_UNITS,
    )
    notices.post(to=[objection.by], text=f"您对交办的意见已有答复：{case}", about=case, at=at)
