"""
Talks, replies and promises for tests, made by the services that make the real ones.

Each function takes the receipt it needs, or makes one: ``issued_reply(assignment)``,
``replied_case(unit)``. A promised reply claims class B and has one promise unless told otherwise.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Membership, Role
from assignment.models import Assignment
from assignment.workflow import Move, move_to
from congress.models import ResultClass, Unit
from handling.models import (
    Consultation,
    Delivery,
    ExtensionRequest,
    Opinion,
    Promise,
    Reply,
    Talk,
)
from handling.people import respondent_of
from handling.rules.slips import Pledge
from handling.services import (
    attempts,
    consultations,
    extensions,
    issuing,
    opinions,
    promises,
    replies,
    talks,
)
from suggestions.models import Suggestion
from tests.factories import NOW, TODAY
from tests.factories import assignment as receipts
from tests.factories.accounts import make_member
from tests.factories.assignment import clerk_of, staff_of
from tests.factories.suggestions import seat_of

ANSWERS = (
    "已制定三年增容计划，今年安排资金三千万元，六月底前完成首批四十个小区改造。",
    "已会同住建部门明确议事程序，业主大会过半数同意即可利用公共场地建设。",
    "已出台运营补贴办法，对统一建设统一运营的小区按充电量给予补贴，今年起执行。",
)
OPENING = "您提出的建议收悉，我们高度重视，会同有关部门认真研究办理，现答复如下："
CLOSING = "感谢您对我们工作的关心和支持。"


def pdf(name: str = "盖章答复.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7\n%test\n%%EOF\n", content_type="application/pdf")


def head_of(unit: Unit) -> Membership:
    """Return a head of a unit, seated on first use."""
    seated = Membership.objects.with_seats().filter(role=Role.UNIT_HEAD, unit=unit).first()
    return seated or make_member(Role.UNIT_HEAD, unit)


def speaker_of(case: Suggestion) -> Membership:
    """Return the seat of the deputy who speaks for a case."""
    deputy = respondent_of(case)
    assert deputy is not None
    return seat_of(deputy)


def result_class(case: Suggestion, code: str) -> ResultClass:
    return ResultClass.objects.get(congress=case.congress, code=code)


def reload(assignment: Assignment) -> Assignment:
    """Read a receipt again with what rules and pages ask of it."""
    return Assignment.objects.select_related(
        "suggestion__congress", "suggestion__lead_deputy", "unit__system"
    ).get(pk=assignment.pk)


def recorded_talk(
    assignment: Assignment,
    *,
    by: Membership | None = None,
    at: datetime = NOW,
    **fields: Any,
) -> Talk:
    """Put a meeting on record that waits for the deputy."""
    given = {
        "way": Talk.Way.MEETING,
        "phase": Talk.Phase.DURING,
        "talked_on": timezone.localdate(at),
        "place": "市政务中心",
        "unit_people": "张科长、李明",
        "summary": "面对面听取代表对充电桩建设的意见。",
    }
    return talks.record_talk(
        assignment.pk, **given | fields, by=by or clerk_of(assignment.unit), at=at
    )


def confirmed_talk(assignment: Assignment, *, at: datetime = NOW, **fields: Any) -> Talk:
    """Put a meeting on record that the deputy has confirmed."""
    talk = recorded_talk(assignment, at=at, **fields)
    assert talk.deputy is not None
    talks.confirm_talk(talk.pk, by=seat_of(talk.deputy), at=at)
    return Talk.objects.get(pk=talk.pk)


def recorded_attempt(assignment: Assignment, *, at: datetime = NOW, **fields: Any) -> Talk:
    """Put an attempt on record that reached nobody."""
    given = {
        "way": Talk.Way.PHONE,
        "phase": Talk.Phase.BEFORE,
        "talked_on": timezone.localdate(at),
        "unit_people": "李明",
        "summary": "拨打登记电话三次，无人接听。",
    }
    by = fields.pop("by", None) or clerk_of(assignment.unit)
    return attempts.record_attempt(assignment.pk, **given | fields, by=by, at=at)


def draft_text(
    assignment: Assignment,
    code: str = "A",
    pledges: Iterable[Pledge] = (),
    **fields: Any,
) -> replies.DraftText:
    """Return a text that answers every item and has what its class asks for."""
    case = assignment.suggestion
    items = zip(case.items.order_by("number"), ANSWERS, strict=False)
    given: dict[str, Any] = {
        "opening": OPENING,
        "closing": CLOSING,
        "claimed_class": result_class(case, code),
        "class_reason": "目前不具备实施条件，主要是电网容量不足。" if code == "C" else "",
        "reported_to": "省发展和改革委员会" if code == "D" else "",
        "reported_on": TODAY if code == "D" else None,
        "contact_name": "李明",
        "contact_phone": "0000-11112222",
        "answers": {item.pk: ("done", text) for item, text in items},
        "pledges": list(pledges) or (pledges_for(1) if code == "B" else []),
    }
    return replies.DraftText(**given | fields)


def pledges_for(number: int, due_on: date | None = None) -> list[Pledge]:
    """Return promises of different words, due in ninety days unless told otherwise."""
    day = due_on or TODAY + timedelta(days=90)
    return [Pledge(f"完成第{n}批小区充电桩建设", "王副局长", day) for n in range(1, number + 1)]


def saved_draft(
    assignment: Assignment,
    code: str = "A",
    *,
    pledges: Iterable[Pledge] = (),
    by: Membership | None = None,
    at: datetime = NOW,
    **fields: Any,
) -> Reply:
    """Return the complete draft of the round the case is in."""
    assignment = reload(assignment)
    begun = Reply.objects.filter(assignment=assignment, round=assignment.suggestion.round).first()
    return replies.save_draft(
        assignment.pk,
        draft_text(assignment, code, pledges, **fields),
        version=begun.version if begun else 0,
        by=by or clerk_of(assignment.unit),
        at=at,
    )


def consulted_reply(
    assignment: Assignment, code: str = "A", *, at: datetime = NOW, **fields: Any
) -> Consultation:
    """Return the question put to the deputy on a complete draft."""
    talks_now = Talk.objects.counted().filter(assignment=assignment)
    if not talks_now.filter(round=reload(assignment).suggestion.round).exists():
        confirmed_talk(assignment, at=at)
    reply = saved_draft(assignment, code, at=at, **fields)
    head = head_of(assignment.unit)
    reason = "协办单位尚未反馈，已电话沟通。"
    if assignment.unit.signs_inside:
        replies.send_to_check(reply.pk, without_opinion_reason=reason, by=head, at=at)
    asked = consultations.consult(reply.pk, without_opinion_reason=reason, by=head, at=at)
    assert asked is not None
    return asked


def reply_to_sign(
    assignment: Assignment, code: str = "A", *, at: datetime = NOW, **fields: Any
) -> Reply:
    """Return a reply that the deputy agrees with and that waits for its signature."""
    asked = consulted_reply(assignment, code, at=at, **fields)
    consultations.answer_consultation(
        asked.pk, view=Consultation.View.AGREE, by=seat_of(asked.deputy), at=at
    )
    return Reply.objects.get(pk=asked.reply_id)


def issue(reply: Reply, *, at: datetime = NOW, **fields: Any) -> Reply:
    """Issue a reply that waits for its signature."""
    given = {
        "document_number": f"测函〔{at.year}〕{reply.pk}号",
        "signer": "陈局长",
        "signed_on": timezone.localdate(at),
        "signer_is_of_level": True,
        "letter": pdf(),
        "by": head_of(reply.assignment.unit),
    }
    return issuing.issue(reply.pk, **given | fields, at=at)


def issued_reply(
    assignment: Assignment | None = None,
    code: str = "A",
    *,
    unit: Unit | None = None,
    pledges: Iterable[Pledge] = (),
    at: datetime = NOW,
    **fields: Any,
) -> Reply:
    """
    Return a reply that went out, in the round its case is in.

    Give the receipt (signed for), or a unit to make one for. ``fields`` go to ``issue``.
    """
    if assignment is None:
        assert unit is not None
        assignment = receipts.accepted_assignment(unit)
    reply = reply_to_sign(assignment, code, pledges=pledges, at=at)
    return issue(reply, at=at, **fields)


def replied_case(
    *units: Unit,
    roles: Iterable[str] = ("sole",),
    code: str = "A",
    pledges: Iterable[Pledge] = (),
    at: datetime = NOW,
    **fields: Any,
) -> Suggestion:
    """
    Return a case at 已答复: handed over, signed for, talked about, answered by every unit.

    ``fields`` go to ``handed_over_case`` (``case=``, ``lead=``…); supporting units have given
    their opinion.
    """
    case = receipts.handed_over_case(*units, roles=roles, at=at, **fields)
    given = list(case.assignments.order_by("pk").select_related("unit"))
    for assignment in given:
        receipts.accept(assignment, at=at)
    for assignment in given:
        if assignment.role == Assignment.Role.SUPPORT:
            given_opinion(assignment, at=at)
    for assignment in given:
        if assignment.role != Assignment.Role.SUPPORT:
            issued_reply(reload(assignment), code, pledges=pledges, at=at)
    case.refresh_from_db()
    return case


def given_opinion(
    assignment: Assignment, *, by: Membership | None = None, at: datetime = NOW, **fields: Any
) -> Opinion:
    """Let a supporting unit give its opinion."""
    given = {"text": "我单位支持安排专项资金，建议分三年实施。"} | fields
    by = by or clerk_of(assignment.unit)
    return opinions.submit_opinion(assignment.pk, **given, by=by, at=at)


def open_promise(
    assignment: Assignment | None = None,
    *,
    unit: Unit | None = None,
    at: datetime = NOW,
    due_on: date | None = None,
) -> Promise:
    """Return the promise of an issued class B reply."""
    reply = issued_reply(assignment, "B", unit=unit, pledges=pledges_for(1, due_on), at=at)
    return reply.promises.get()


def claimed_promise(promise: Promise, *, at: datetime = NOW, **fields: Any) -> Promise:
    """Let the unit report a promise as kept."""
    given = {
        "claim_note": "首批四十个小区已建成投用。",
        "done_on": timezone.localdate(at),
        "evidence": pdf("验收单.pdf"),
        "by": clerk_of(promise.assignment.unit),
    }
    promises.claim_clearance(promise.pk, **given | fields, at=at)
    return Promise.objects.get(pk=promise.pk)


def cleared_promise(promise: Promise, *, at: datetime = NOW) -> Promise:
    """Let 代表工委 clear a promise."""
    claimed_promise(promise, at=at)
    by = staff_of(promise.suggestion)
    promises.decide_clearance(promise.pk, cleared=True, note="已核实", by=by, at=at)
    return Promise.objects.get(pk=promise.pk)


def lead_delivery(reply: Reply) -> Delivery:
    return Delivery.objects.get(reply=reply, is_lead=True)


def reopen(assignment: Assignment, *, at: datetime = NOW) -> None:
    """Put one receipt back to work without the decision that usually does it."""
    move_to(assignment, Move.REOPEN, at=at)


def asked_extension(
    assignment: Assignment, *, until: date | None = None, at: datetime = NOW, **fields: Any
) -> ExtensionRequest:
    """Let the unit ask for a later day."""
    given = {"reason": "涉及多个部门", "told_deputy": True, "by": clerk_of(assignment.unit)}
    day = until or timezone.localdate(at) + timedelta(days=150)
    return extensions.ask_extension(assignment.pk, until=day, **given | fields, at=at)
