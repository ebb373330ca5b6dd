"""Issue a reply: number, signer, stamped letter, and everybody it goes to (签发、送达)."""

from __future__ import annotations

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Role
from assignment.models import Assignment
from assignment.workflow import Move, move_to
from common.refusals import Refusal
from congress.models import Deputy
from congress.profile import Recipients, Rules, SignLevel, rules_for
from handling import people
from handling.models import Delivery, ExtensionRequest, Promise, Reply
from handling.people import deputies_of, respondent_of
from handling.rules.slips import normal_document_number
from handling.services.folding import fold_answers
from handling.services.gates import require_complete, require_talk, require_work
from handling.services.holding import hold_reply
from handling.services.receiving import DateCannotBe, start_feedback
from handling.services.reviewing import code_of
from notices.models import Alert
from notices.services import post
from suggestions import deadlines, timeline
from suggestions.attachments import attach
from suggestions.models import Attachment, Deadline, Suggestion

State = Reply.State


class LetterIsMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请上传签发盖章的答复文件。")


class NumberIsMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请填写答复文号、签发人和成文日期。")


class NumberIsTaken(Refusal):
    def __init__(self, number: str, case: Suggestion):
        super().__init__(
            f"文号{number}已用于本单位对《{case.title}》（{case.number_text}）的答复。"
            "请核对；确为并案答复同用一号的，请勾选“与另一件同文号”。"
        )


class SignerNotOfLevel(Refusal):
    def __init__(self, level: SignLevel):
        super().__init__(f"答复须由本单位{level.label}审定签发。")


class OnlyHeadSigns(Refusal):
    def __init__(self) -> None:
        super().__init__("本单位在系统内签发，答复由单位负责人签发。")


@transaction.atomic
def issue(
    reply_id: int,
    *,
    document_number: str,
    signer: str,
    signed_on: date,
    signer_is_of_level: bool,
    letter: UploadedFile | None = None,
    evidence: UploadedFile | None = None,
    mode: Reply.Mode = Reply.Mode.LETTER,
    number_is_shared: bool = False,
    without_opinion_reason: str = "",
    by: Membership,
    at: datetime,
) -> Reply:
    """
    Send the signed reply to the lead deputy and every co-signer (签发答复).

    Afterwards it is never changed. The last unit to answer moves the case to 已答复.

    :raises NotInHand: if the receipt is no longer worked on (a withdrawn suggestion, say).
    :raises AlreadyHandled: if a colleague issued it first.
    :raises NotTalkedYet: if no talk with the deputy counts yet.
    :raises OnlyHeadSigns: if the unit signs inside and the actor is not its head.
    :raises SignerNotOfLevel: if the local rules ask for somebody else's signature.
    :raises LetterIsMissing: if the unit signs elsewhere and the stamped letter is not here.
    :raises NumberIsMissing: if number, signer or day is not given.
    :raises NumberIsTaken: if the unit used the number before, unless said to be shared.
    :raises DateCannotBe: if the letter is dated in the future or before the hand-over.
    """
    reply = hold_reply(reply_id)
    assignment, case = reply.assignment, reply.assignment.suggestion
    require_work(reply, State.SIGNING)
    require_talk(assignment, counted=True)
    require_complete(reply, reason=without_opinion_reason, at=at)
    day = timezone.localdate(at)
    rules = rules_for(case.congress, on=day)
    _require_signature(reply, rules, of_level=signer_is_of_level, letter=letter, by=by)
    number = normal_document_number(document_number)
    if not (number and signer.strip() and signed_on):
        raise NumberIsMissing
    _require_possible_day(assignment, signed_on, day)
    _require_free_number(reply, number, shared=number_is_shared)

    if letter is not None:
        reply.letter = attach(case, letter, purpose=Attachment.Purpose.LETTER, by=by, at=at)
    if evidence is not None:
        reply.evidence = attach(case, evidence, purpose=Attachment.Purpose.REPLY, by=by, at=at)
    reply.document_number, reply.signer, reply.signed_on = number, signer.strip(), signed_on
    reply.mode, reply.state = mode, State.ISSUED
    reply.issued_on, reply.issued_at, reply.issued_by = day, at, by
    reply.save()
    _deliver(reply, rules, at=at)
    _open_promises(reply, at=at)
    _finish(assignment, by=by, at=at)
    _tell_issued(reply, rules, by=by, at=at)
    fold_answers(case, by=by, at=at)
    return reply


def _require_signature(
    reply: Reply, rules: Rules, *, of_level: bool, letter: UploadedFile | None, by: Membership
) -> None:
    if reply.assignment.unit.signs_inside:
        if by.role != Role.UNIT_HEAD:
            raise OnlyHeadSigns
    elif letter is None:
        raise LetterIsMissing
    if not of_level:
        raise SignerNotOfLevel(rules.sign_level)


def _require_possible_day(assignment: Assignment, signed_on: date, today: date) -> None:
    if signed_on > today:
        raise DateCannotBe("成文日期不能晚于今天。")
    if assignment.assigned_on and signed_on < assignment.assigned_on:
        raise DateCannotBe(f"成文日期不能早于交办日期（{assignment.assigned_on:%Y年%m月%d日}）。")


def _require_free_number(reply: Reply, number: str, *, shared: bool) -> None:
    same = Reply.objects.issued().filter(
        document_number=number, assignment__unit_id=reply.assignment.unit_id
    )
    taken = same.select_related("assignment__suggestion").first()
    if taken is not None and not shared:
        raise NumberIsTaken(number, taken.assignment.suggestion)


def recipients_of(case: Suggestion, rules: Rules) -> list[Deputy]:
    """Return whom a reply goes to, the lead first (重庆2018第二十三条：逐一答复)."""
    if rules.reply_recipients == Recipients.EACH:
        return deputies_of(case)
    lead = respondent_of(case)
    return [lead] if lead else []


def _deliver(reply: Reply, rules: Rules, *, at: datetime) -> None:
    case, day = reply.assignment.suggestion, timezone.localdate(at)
    lead = respondent_of(case)
    for deputy in recipients_of(case, rules):
        on_paper = deputy.works_on_paper
        delivery = Delivery.objects.create(
            reply=reply,
            deputy=deputy,
            is_lead=deputy == lead,
            on_paper=on_paper,
            delivered_at=at,
            received_on=None if on_paper else day,
        )
        if delivery.is_lead and not on_paper:
            start_feedback(delivery, case, on=day)


def _open_promises(reply: Reply, *, at: datetime) -> None:
    day = timezone.localdate(at)
    for promise in reply.promises.filter(state=Promise.State.DRAFT, due_on__isnull=False):
        assert promise.due_on is not None  # noqa: S101 - the query says so
        promise.state, promise.promised_on = Promise.State.OPEN, day
        promise.deadline = deadlines.set_by_hand(
            Deadline.Kind.PROMISE,
            holder=reply.assignment.unit,
            starts_on=day,
            due_on=promise.due_on,
            case=reply.assignment.suggestion,
            why=f"{reply.document_number}承诺",
        )
        promise.save(update_fields=["state", "promised_on", "deadline"])


def _finish(assignment: Assignment, *, by: Membership, at: datetime) -> None:
    deadlines.meet(assignment.answer_deadline, at=at)
    deadlines.end(assignment.contact_deadline, why="已答复", at=at)
    assignment.extension_requests.undecided().update(
        outcome=ExtensionRequest.Outcome.MOOT, decided_at=at, decided_by=by
    )
    move_to(assignment, Move.FINISH, at=at)


def _tell_issued(reply: Reply, rules: Rules, *, by: Membership, at: datetime) -> None:
    case = reply.assignment.suggestion
    day, unit = timezone.localdate(at), reply.assignment.unit
    missing = reply.without_opinion_reason
    note = f"{reply.document_number}，签发人{reply.signer}（{rules.sign_level.label}）"
    if missing:
        note += f"；协办意见未到齐：{missing}"
    timeline.add(case, "issue", f"{unit}签发答复", by=by, at=at, note=note)
    post(
        to=[
            *people.speakers_of(case, on=day),
            *people.people_of_deputies(recipients_of(case, rules), on=day),
        ],
        text=f"{unit}已答复您的建议，请阅看：{case.title}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )
    post(
        to=[
            *people.staff_of(case.congress, on=day),
            *people.system_people(unit, on=day),
            *people.units_on(case, answering=False, on=day),
        ],
        text=f"{unit}已答复（{code_of(reply.claimed_class)}类）：{case}",
        about=case,
        at=at,
    )
