"""
Give, enter, correct and count as silent: what a deputy says of the handling.

No service here can be called for a unit. The unit learns a verdict when 代表工委 releases it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.selectors import members_of
from assignment import people
from assignment.models import Assignment
from common.refusals import Refusal
from congress.models import DissatisfactionReason
from congress.profile import rules_for
from evaluation.models import Grade, RehandlingDecision, Verdict
from evaluation.selectors import open_receipts
from evaluation.services import closing
from handling.models import Reply
from notices import services as notices
from notices.models import Alert
from suggestions import attachments, deadlines, timeline
from suggestions.models import Attachment, Audience, Deadline, Suggestion
from suggestions.stages import Stage
from suggestions.workflow import lock_case


@dataclass(frozen=True)
class Judgement:
    """What is said of one receipt; ``not_involved`` stands for 未参与沟通，不评价 (协办 only)."""

    assignment_id: int
    attitude: str = ""
    result: str = ""
    reasons: Sequence[DissatisfactionReason] = ()
    reason_text: str = ""
    comment: str = ""
    wants_rehandling: bool | None = None
    not_involved: bool = False

    @property
    def is_dissatisfied(self) -> bool:
        """Test if either dimension is 不满意 (上海规定 §21: either opens the question)."""
        return Grade.DISSATISFIED in {self.attitude, self.result}


@dataclass(frozen=True)
class Channel:
    """How the verdict came: on line, or on paper with the scan of the receipt."""

    way: Verdict.Way = Verdict.Way.ONLINE
    receipt: Attachment | None = field(default=None)


class NotOpenForVerdict(Refusal):
    def __init__(self) -> None:
        super().__init__("这件建议现在不在评价阶段，请刷新页面查看最新情况。")


class ReasonMissing(Refusal):
    def __init__(self, assignment: Assignment):
        super().__init__(f"对{assignment.unit}评价为不满意，请选择或写明原因。")


class GradeMissing(Refusal):
    def __init__(self, assignment: Assignment):
        super().__init__(f"请对{assignment.unit}的态度和结果都作出评价。")


class AlreadyJudged(Refusal):
    def __init__(self, assignment: Assignment):
        super().__init__(f"对{assignment.unit}本轮办理的评价已经提交，没有重复记录。")


class NothingToJudge(Refusal):
    def __init__(self) -> None:
        super().__init__("没有可以评价的承办单位。")


class TooLateToCorrect(Refusal):
    def __init__(self, hours: int):
        super().__init__(
            f"评价提交超过 {hours} 小时或已反馈承办单位，不能自行更正。"
            "请联系代表工委说明理由后更正。"
        )


class StillInTime(Refusal):
    def __init__(self) -> None:
        super().__init__("评价期限还没有届满，不能记为未反馈。")


@transaction.atomic
def give(
    suggestion_id: int,
    judgements: Sequence[Judgement],
    *,
    by: Membership,
    at: datetime,
    channel: Channel = Channel(),
) -> list[Verdict]:
    """
    Record a deputy's verdict on the receipts of the current round (评价).

    :raises NotOpenForVerdict: if the case is not at the stage 已答复.
    :raises AlreadyJudged: if a receipt has its verdict, for example by a double click.
    :raises GradeMissing: if a grade lacks.
    :raises ReasonMissing: if 不满意 comes without a reason.
    """
    case = lock_case(suggestion_id)
    if case.stage != Stage.REPLIED:
        raise NotOpenForVerdict
    if not judgements:
        raise NothingToJudge
    waiting = {receipt.pk: receipt for receipt in open_receipts(case)}
    verdicts = []
    for judgement in judgements:
        receipt = waiting.get(judgement.assignment_id)
        if receipt is None:
            raise AlreadyJudged(_receipt_of(case, judgement))
        _check(judgement, receipt)
        verdicts.append(_write(case, receipt, judgement, by=by, at=at, channel=channel))

    _stop_feedback_clock(case, at=at)
    timeline.add(
        case,
        "judge",
        "代表提交评价" if channel.way == Verdict.Way.ONLINE else "录入代表纸质评价回执",
        by=by,
        at=at,
        audience=Audience.NOT_UNITS,
    )
    _start_office_clock(case, at=at, dissatisfied=any(each.is_dissatisfied for each in judgements))
    _tell_offices(case, "代表已评价，请及时处理", at=at)
    return verdicts


@transaction.atomic
def enter_receipt(
    suggestion_id: int,
    judgements: Sequence[Judgement],
    *,
    scan: UploadedFile,
    by: Membership,
    at: datetime,
) -> list[Verdict]:
    """
    Enter a deputy's paper receipt with its scan (代录回执), and tell the deputy what was entered.

    :raises Refusal: as ``give``, and where the scan is no file that may be kept.
    """
    case = lock_case(suggestion_id)
    receipt = attachments.attach(
        case,
        scan,
        purpose=Attachment.Purpose.RECEIPT,
        audience=Audience.NOT_UNITS,
        by=by,
        at=at,
    )
    channel = Channel(Verdict.Way.PAPER, receipt)
    entered = give(suggestion_id, judgements, by=by, at=at, channel=channel)
    if case.lead_deputy:
        notices.post(
            to=members_of(deputy=case.lead_deputy, on=timezone.localdate(at)),
            text=f"已按您的纸质回执录入评价，请核对：{case}",
            about=case,
            at=at,
        )
    return entered


@transaction.atomic
def correct(
    verdict_id: int, judgement: Judgement, *, by: Membership, at: datetime, why: str = ""
) -> Verdict:
    """
    Add a revision to a verdict (更正评价); the one before it is kept.

    A deputy corrects within the profile's hours and before release; later 代表工委 enters the
    correction that the deputy asked for, with the reason.

    :raises TooLateToCorrect: if a deputy comes after that.
    """
    case = lock_case(Verdict.objects.get(pk=verdict_id).assignment.suggestion_id)
    old = Verdict.objects.select_related("assignment__unit").get(pk=verdict_id)
    hours = rules_for(case.congress, on=timezone.localdate(at)).self_correction_hours
    too_late = old.given_at is None or at > old.given_at + timedelta(hours=hours)
    if by.role == Role.DEPUTY and (too_late or old.released_at or not old.is_current):
        raise TooLateToCorrect(hours)
    _check(judgement, old.assignment)

    old.is_current = old.awaits_decision = False
    old.save(update_fields=["is_current", "awaits_decision"])
    channel = Channel(Verdict.Way(old.way), old.receipt)
    new = _write(
        case,
        old.assignment,
        judgement,
        by=by,
        at=at,
        channel=channel,
        revision=old.revision + 1,
        round_=old.round,
    )
    new.correction_why = why
    new.save(update_fields=["correction_why"])
    timeline.add(
        case, "correct_verdict", "更正评价", by=by, at=at, note=why, audience=Audience.NOT_UNITS
    )
    if judgement.is_dissatisfied:
        _start_office_clock(case, at=at, dissatisfied=True)
    _tell_offices(case, "代表更正了评价", at=at)
    return new


@transaction.atomic
def mark_silent(suggestion_id: int, *, by: Membership, at: datetime) -> int:
    """
    Record that a deputy said nothing in time (未反馈), and return for how many receipts.

    Silence is left out of every rate and is never 满意 (重庆条例 §29).

    :raises NotOpenForVerdict: if the case is not at the stage 已答复.
    :raises StillInTime: if the deputy's clock still runs within its days.
    """
    case = lock_case(suggestion_id)
    if case.stage != Stage.REPLIED:
        raise NotOpenForVerdict
    running = Deadline.objects.open().filter(suggestion=case, kind=Deadline.Kind.FEEDBACK)
    if running.filter(due_on__gte=timezone.localdate(at)).exists():
        raise StillInTime
    silent = [receipt for receipt in open_receipts(case) if receipt.answers]
    for receipt in silent:
        Verdict.objects.create(
            assignment=receipt,
            reply=_reply(receipt, case.round),
            round=case.round,
            deputy=case.lead_deputy,
            state=Verdict.State.NO_FEEDBACK,
            way=Verdict.Way.ONLINE,
            given_at=at,
            given_by=by,
        )
    for clock in running:
        deadlines.end(clock, why="未反馈", at=at)
    timeline.add(
        case, "mark_silent", "代表未反馈评价", by=by, at=at, note="经催促未反馈，不计入满意率。"
    )
    closing.fold(case, at=at)
    return len(silent)


def _receipt_of(case: Suggestion, judgement: Judgement) -> Assignment:
    return case.assignments.select_related("unit").get(pk=judgement.assignment_id)


def _check(judgement: Judgement, receipt: Assignment) -> None:
    if judgement.not_involved and not receipt.answers:
        return
    if not (judgement.attitude and judgement.result):
        raise GradeMissing(receipt)
    if judgement.is_dissatisfied and not (judgement.reasons or judgement.reason_text.strip()):
        raise ReasonMissing(receipt)


def _reply(receipt: Assignment, round_: int) -> Reply | None:
    return Reply.objects.issued().filter(assignment=receipt, round=round_).first()


def _write(
    case: Suggestion,
    receipt: Assignment,
    judgement: Judgement,
    *,
    by: Membership,
    at: datetime,
    channel: Channel,
    revision: int = 1,
    round_: int | None = None,
) -> Verdict:
    skipped = judgement.not_involved and not receipt.answers
    # A correction may come in a later round, and is still of the reply it was given on.
    number = round_ or case.round
    verdict = Verdict.objects.create(
        assignment=receipt,
        reply=_reply(receipt, number),
        round=number,
        revision=revision,
        deputy=case.lead_deputy or by.deputy,
        state=Verdict.State.NOT_INVOLVED if skipped else Verdict.State.GIVEN,
        attitude="" if skipped else judgement.attitude,
        result="" if skipped else judgement.result,
        reason_text=judgement.reason_text,
        comment=judgement.comment,
        wants_rehandling=judgement.wants_rehandling,
        way=channel.way,
        receipt=channel.receipt,
        given_on=timezone.localdate(at),
        given_at=at,
        given_by=by,
        awaits_decision=not skipped
        and judgement.is_dissatisfied
        and number == case.round
        and not RehandlingDecision.objects.filter(suggestion=case, after_round=number).exists(),
    )
    verdict.reasons.set(judgement.reasons)
    return verdict


def _stop_feedback_clock(case: Suggestion, *, at: datetime) -> None:
    if any(receipt.answers for receipt in open_receipts(case)):
        return
    deadlines.meet_all(case, Deadline.Kind.FEEDBACK, at=at)


def _start_office_clock(case: Suggestion, *, at: datetime, dissatisfied: bool) -> None:
    """Let 代表工委 study a 不满意 or pass on what was said, each within its days."""
    kind = Deadline.Kind.REHANDLE_DECISION if dissatisfied else Deadline.Kind.RELEASE
    if Deadline.objects.open().filter(suggestion=case, kind=kind).exists():
        return
    office = people.working_committee_of(case.congress)
    clock = "rehandle_decision" if dissatisfied else "release"
    deadlines.start(kind, clock=clock, holder=office, starts_on=timezone.localdate(at), case=case)


def _tell_offices(case: Suggestion, what: str, *, at: datetime) -> None:
    """Tell 代表工委 and the systems' offices at the same time (both lines of command)."""
    receipts = case.assignments.live().filter(unit__system__office__isnull=False)
    offices = {people.working_committee_of(case.congress)}
    for receipt in receipts.select_related("unit__system__office"):
        if receipt.unit.system.office is not None:
            offices.add(receipt.unit.system.office)
    notices.post(
        to=people.people_of_offices(offices, on=timezone.localdate(at)),
        text=f"{what}：{case}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )
