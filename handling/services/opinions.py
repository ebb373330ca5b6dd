"""Opinions of supporting units: given to the lead unit, and asked for again when empty."""

from __future__ import annotations

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from assignment.models import Assignment
from assignment.workflow import Move, move_to
from common.refusals import Refusal
from handling import people
from handling.models import Opinion, Reply
from handling.rules.seats import WHILE_OWED
from handling.rules.slips import normal_document_number
from handling.services.holding import AlreadyHandled, NotInHand, hold_assignment, hold_opinion
from notices.models import Alert
from notices.services import post
from suggestions import deadlines, timeline
from suggestions.attachments import attach
from suggestions.models import Attachment, Audience, Deadline, Suggestion


class OpinionIsEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__("请填写意见内容，或者上传盖章的意见文件。")


class SendingBackNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("请说明需要补充什么，以便协办单位重新提出意见。")


class ReplyHasGoneOut(Refusal):
    def __init__(self) -> None:
        super().__init__("本单位的答复已经发出，不能再退回协办意见。")


@transaction.atomic
def submit_opinion(
    assignment_id: int,
    *,
    text: str,
    paper: UploadedFile | None = None,
    document_number: str = "",
    by: Membership,
    at: datetime,
) -> Opinion:
    """
    Give the lead unit the supporting unit's opinion (提交协办意见).

    :raises NotInHand: if the unit does not hold the receipt.
    :raises AlreadyHandled: if an opinion of this round stands.
    :raises OpinionIsEmpty: if there is neither text nor a stamped file.
    """
    assignment = hold_assignment(assignment_id)
    case = assignment.suggestion
    if assignment.opinions.standing().filter(round=case.round).exists():
        raise AlreadyHandled("本单位已经提交本轮协办意见，不用重复提交。")
    if assignment.state != Assignment.State.ACCEPTED or case.stage not in WHILE_OWED:
        raise NotInHand(assignment)
    if not text.strip() and paper is None:
        raise OpinionIsEmpty

    # The lead unit reads the file through the opinion; the deputy reads neither.
    file = paper and attach(
        case,
        paper,
        purpose=Attachment.Purpose.OPINION,
        audience=Audience.UNIT,
        unit=assignment.unit,
        by=by,
        at=at,
    )
    opinion = Opinion.objects.create(
        assignment=assignment,
        round=case.round,
        text=text.strip(),
        attachment=file or None,
        document_number=normal_document_number(document_number),
        submitted_on=timezone.localdate(at),
        submitted_at=at,
        submitted_by=by,
    )
    _stop_clocks(assignment, at=at)
    move_to(assignment, Move.FINISH, at=at)
    _tell_of(opinion, by=by, at=at)
    return opinion


def _stop_clocks(assignment: Assignment, *, at: datetime) -> None:
    deadlines.meet(assignment.answer_deadline, at=at)
    asked_again = assignment.opinions.filter(redo_deadline__isnull=False)
    for earlier in asked_again.select_related("redo_deadline"):
        deadlines.meet(earlier.redo_deadline, at=at)


def _days_late(assignment: Assignment, opinion: Opinion) -> int:
    clock = assignment.answer_deadline
    return max(0, (opinion.submitted_on - clock.due_on).days) if clock else 0


def _tell_of(opinion: Opinion, *, by: Membership, at: datetime) -> None:
    assignment, case = opinion.assignment, opinion.assignment.suggestion
    late = _days_late(assignment, opinion)
    note = f"逾期{late}天" if late else ""
    timeline.add(case, "opinion", f"{assignment.unit}提交协办意见", by=by, at=at, note=note)
    post(
        to=people.units_on(case, answering=True, on=timezone.localdate(at)),
        text=f"{assignment.unit}已提交协办意见：{case}",
        about=case,
        at=at,
    )


@transaction.atomic
def send_back_opinion(opinion_id: int, *, why: str, by: Membership, at: datetime) -> None:
    """
    Ask a supporting unit for an opinion with something in it (退回重提).

    重庆2018第二十条：主办单位认为协办意见不明确的，可以要求重提；协办单位五个工作日内重提。

    :raises SendingBackNeedsReason: if the unit is not told what is missing.
    :raises AlreadyHandled: if it was sent back before, or belongs to an earlier round.
    :raises ReplyHasGoneOut: if the lead unit has answered the deputy.
    """
    opinion = hold_opinion(opinion_id)
    assignment, case = opinion.assignment, opinion.assignment.suggestion
    _refuse_to_send_back(opinion, case, by)
    if not why.strip():
        raise SendingBackNeedsReason

    day = timezone.localdate(at)
    opinion.state = Opinion.State.SENT_BACK
    opinion.sent_back_at, opinion.sent_back_by, opinion.sent_back_why = at, by, why.strip()
    opinion.redo_deadline = deadlines.start(
        Deadline.Kind.OPINION_REDO,
        clock="coopinion_redo",
        holder=assignment.unit,
        starts_on=day,
        case=case,
    )
    opinion.save()
    move_to(assignment, Move.REOPEN, at=at)
    timeline.add(
        case,
        "send_back_opinion",
        f"{by.unit}请{assignment.unit}重提协办意见",
        by=by,
        at=at,
        note=why,
        audience=Audience.UNIT,
        unit=assignment.unit,
    )
    post(
        to=people.handlers_of(assignment, on=day),
        text=f"{by.unit}请本单位在{opinion.redo_deadline.due_on:%m月%d日}前重提协办意见：{case}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )


def _refuse_to_send_back(opinion: Opinion, case: Suggestion, by: Membership) -> None:
    if opinion.state != Opinion.State.SUBMITTED or opinion.round != case.round:
        raise AlreadyHandled(f"这份协办意见已是“{opinion.get_state_display()}”，不能再退回。")
    answered = Reply.objects.issued().filter(
        assignment__suggestion=case, assignment__unit_id=by.unit_id, round=case.round
    )
    if answered.exists():
        raise ReplyHasGoneOut
