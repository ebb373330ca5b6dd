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
from congress.models import Deputy, ResultClass
from congress.profile import Recipients, Rules, SignLevel, rules_for
from handling import people
from handling.models import Delivery, ExtensionRequest, Promise, Reply
from handling.people import deputies_of, respondent_of
from handling.rules.slips import normal_document_number
from handling.services.folding import fold_answers
from handling.services.holding import AlreadyHandled, hold_delivery, hold_reply
from handling.services.replies import require_complete, require_talk, require_work
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


class DateCannotBe(Refusal):
    def __init__(self, why: str):
        super().__init__(why)


class OnlyHeadSigns(Refusal):
    def __init__(self) -> None:
        super().__init__("本单位在系统内签发，答复由单位负责人签发。")


class ReviewNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("请说明调整自评类别的理由。")


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
            _start_feedback(delivery, case, on=day)


def _start_feedback(delivery: Delivery, case: Suggestion, *, on: date) -> None:
    delivery.feedback_deadline = deadlines.start(
        Deadline.Kind.FEEDBACK, clock="feedback", holder=delivery.deputy, starts_on=on, case=case
    )
    delivery.save(update_fields=["feedback_deadline"])


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
        text=f"{unit}已答复（{_code(reply.claimed_class)}类）：{case}",
        about=case,
        at=at,
    )


def _code(claimed: ResultClass | None) -> str:
    return claimed.code if claimed else "未"


@transaction.atomic
def record_receipt(delivery_id: int, *, received_on: date, by: Membership, at: datetime) -> None:
    """
    Enter the day on which a deputy received a reply on paper; the verdict's clock starts then.

    :raises AlreadyHandled: if a colleague entered it.
    :raises DateCannotBe: if the day is before the reply or has not come.
    """
    delivery = hold_delivery(delivery_id)
    case = delivery.reply.assignment.suggestion
    if delivery.received_on is not None:
        raise AlreadyHandled(f"收到日期已登记为{delivery.received_on:%Y年%m月%d日}。")
    issued_on = delivery.reply.issued_on
    if received_on > timezone.localdate(at) or (issued_on and received_on < issued_on):
        raise DateCannotBe("收到日期应在答复日期之后，且不晚于今天。")
    delivery.received_on = received_on
    delivery.save(update_fields=["received_on"])
    if delivery.is_lead and delivery.feedback_deadline_id is None:
        _start_feedback(delivery, case, on=received_on)
    text = f"{delivery.deputy}代表收到{delivery.reply.assignment.unit}的纸质答复"
    timeline.add(case, "receive", text, by=by, at=at, note=f"收到日期{received_on:%Y年%m月%d日}")


def mark_read(reply: Reply, *, by: Membership, at: datetime) -> None:
    """Note that a deputy opened a reply (阅读时间); the first time counts."""
    unread = Delivery.objects.filter(reply=reply, deputy_id=by.deputy_id, read_at__isnull=True)
    unread.update(read_at=at)


@transaction.atomic
def review_class(
    reply_id: int, *, reviewed_class: ResultClass, reason: str, by: Membership, at: datetime
) -> None:
    """
    Set the class that figures use beside the one the unit claims (答复审核); both are kept.

    :raises AlreadyHandled: if the reply is not issued.
    :raises ReviewNeedsReason: if a class other than the claimed one gets no reason.
    """
    reply = hold_reply(reply_id)
    if reply.state != State.ISSUED:
        raise AlreadyHandled("答复还没有签发，不能审核类别。")
    differs = reviewed_class.pk != reply.claimed_class_id
    if differs and not reason.strip():
        raise ReviewNeedsReason
    reply.reviewed_class, reply.review_note = reviewed_class, reason.strip()
    reply.reviewed_at, reply.reviewed_by = at, by
    reply.save(update_fields=["reviewed_class", "review_note", "reviewed_at", "reviewed_by"])
    case, unit = reply.assignment.suggestion, reply.assignment.unit
    text = f"审核{unit}的答复：自评{_code(reply.claimed_class)}类，审核{reviewed_class.code}类"
    timeline.add(case, "review_class", text, by=by, at=at, note=reason)
    if differs:
        post(
            to=people.people_of_unit(unit, on=timezone.localdate(at)),
            text=f"答复类别经审核调整为{reviewed_class.code}类：{case}",
            about=case,
            at=at,
        )
