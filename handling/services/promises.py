"""Follow promises from the reply to 销号: kept, changed, postponed, ended, rated."""

from __future__ import annotations

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership
from assignment.people import working_committee_of
from audit import services as audit
from common.refusals import Refusal
from handling import people
from handling.models import Promise, PromiseChange
from handling.people import deputies_of, respondent_of
from handling.services.folding import fold_promises
from handling.services.holding import AlreadyHandled, hold_promise
from notices.models import Alert
from notices.services import post
from suggestions import deadlines, timeline
from suggestions.attachments import attach
from suggestions.models import Attachment, Audience, Deadline

State, Kind = Promise.State, PromiseChange.Kind


class ClaimNeedsProof(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明落实情况，并上传佐证材料（照片、文件、验收单等）。")


class DateCannotBe(Refusal):
    def __init__(self, why: str):
        super().__init__(why)


class PromiseNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明理由，理由会告知代表。")


class NothingChanged(Refusal):
    def __init__(self) -> None:
        super().__init__("时限和内容都没有变化。")


def _require(promise: Promise, state: Promise.State) -> None:
    if promise.state != state:
        raise AlreadyHandled(f"这项承诺已是“{promise.get_state_display()}”，请刷新页面查看。")


@transaction.atomic
def claim_clearance(
    promise_id: int,
    *,
    claim_note: str,
    done_on: date,
    evidence: UploadedFile | None,
    by: Membership,
    at: datetime,
) -> None:
    """
    Report a promise as kept, with proof (报请销号).

    The unit's clock stops; that of 代表工委 starts.

    :raises AlreadyHandled: if it is not open.
    :raises ClaimNeedsProof: if it says nothing or shows nothing.
    :raises DateCannotBe: if it was done in the future or before it was promised.
    """
    promise = hold_promise(promise_id)
    _require(promise, State.OPEN)
    day, case = timezone.localdate(at), promise.suggestion
    if not claim_note.strip() or (evidence is None and promise.evidence_id is None):
        raise ClaimNeedsProof
    if done_on > day:
        raise DateCannotBe("完成日期不能晚于今天。")
    if evidence is not None:
        purpose = Attachment.Purpose.EVIDENCE
        promise.evidence = attach(case, evidence, purpose=purpose, by=by, at=at)
    promise.state, promise.claim_note, promise.done_on = State.CLAIMED, claim_note.strip(), done_on
    promise.claimed_at, promise.claimed_by = at, by
    deadlines.meet(promise.deadline, at=at)
    promise.clearance_deadline = deadlines.start(
        Deadline.Kind.CLEARANCE,
        clock="clearance",
        holder=working_committee_of(case.congress),
        starts_on=day,
        case=case,
    )
    promise.save()
    text = f"{promise.assignment.unit}报请销号：{promise}"
    timeline.add(case, "claim_clearance", text, by=by, at=at, note=claim_note)
    post(
        to=people.staff_of(case.congress, on=day),
        text=f"{text}（{case}）",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )


@transaction.atomic
def decide_clearance(
    promise_id: int, *, cleared: bool, note: str = "", by: Membership, at: datetime
) -> None:
    """
    Clear a promise (销号) or send it back to its unit.

    The last one cleared closes a tracked case; the deputy is asked how well it was kept.

    :raises AlreadyHandled: if a colleague decided.
    :raises PromiseNeedsReason: if it is sent back without a word.
    """
    promise = hold_promise(promise_id)
    _require(promise, State.CLAIMED)
    if not cleared and not note.strip():
        raise PromiseNeedsReason
    deadlines.meet(promise.clearance_deadline, at=at)
    if cleared:
        _clear(promise, note=note, by=by, at=at)
    else:
        _send_back(promise, note=note, by=by, at=at)


def _clear(promise: Promise, *, note: str, by: Membership, at: datetime) -> None:
    day, case, unit = timezone.localdate(at), promise.suggestion, promise.assignment.unit
    promise.state, promise.cleared_on = State.CLEARED, day
    promise.cleared_at, promise.cleared_by = at, by
    deputy = respondent_of(case)
    if deputy is not None:
        # 重庆2018第二十八条：代表在收到落实情况二十个工作日内评价。
        promise.fulfilment_deadline = deadlines.start(
            Deadline.Kind.FEEDBACK, clock="commitment_eval", holder=deputy, starts_on=day, case=case
        )
    promise.save()
    timeline.add(case, "clear_promise", f"承诺事项销号：{promise}", by=by, at=at, note=note)
    asked = people.speakers_of(case, on=day)
    text = f"{unit}的承诺已落实销号，请评价落实情况：{promise}"
    post(to=asked, text=text, about=case, at=at, kind=Alert.Kind.TASK)
    told = people.people_of_unit(unit, on=day)
    post(to=told, text=f"承诺事项已销号：{promise}（{case}）", about=case, at=at)
    fold_promises(case, by=by, at=at)


def _send_back(promise: Promise, *, note: str, by: Membership, at: datetime) -> None:
    case, unit, met = promise.suggestion, promise.assignment.unit, promise.deadline
    promise.state = State.OPEN
    promise.claimed_at = promise.claimed_by = promise.done_on = None
    promise.clearance_deadline = None
    if met is not None and promise.due_on is not None:
        promise.deadline = deadlines.set_by_hand(
            Deadline.Kind.PROMISE,
            holder=unit,
            starts_on=met.starts_on,
            due_on=promise.due_on,
            case=case,
            why="销号未获核定，按原时限继续落实",
        )
    promise.save()
    text = f"承诺事项未予销号：{promise}"
    timeline.add(
        case,
        "send_back_promise",
        text,
        by=by,
        at=at,
        note=note,
        audience=Audience.UNIT,
        unit=unit,
    )
    told = people.people_of_unit(unit, on=timezone.localdate(at))
    post(to=told, text=f"{text}（{case}）", about=case, at=at)


@transaction.atomic
def change_promise(
    promise_id: int,
    *,
    reason: str,
    due_on: date | None = None,
    content: str = "",
    by: Membership,
    at: datetime,
) -> PromiseChange:
    """
    Reword or postpone a promise, telling the deputies why (变更承诺); what it was is kept.

    :raises AlreadyHandled: if it is not open.
    :raises PromiseNeedsReason: if no reason is given.
    :raises NothingChanged: if neither day nor words differ.
    :raises DateCannotBe: if the new day is past.
    """
    promise = hold_promise(promise_id)
    _require(promise, State.OPEN)
    day = timezone.localdate(at)
    if not reason.strip():
        raise PromiseNeedsReason
    new_day, new_words = due_on or promise.due_on, content.strip() or promise.content
    if (new_day, new_words) == (promise.due_on, promise.content):
        raise NothingChanged
    moved = new_day != promise.due_on
    if moved and new_day is not None and new_day < day:
        raise DateCannotBe("新的完成时限不能早于今天。")

    change = PromiseChange.objects.create(
        promise=promise,
        kind=Kind.POSTPONED if moved else Kind.REWORDED,
        old_due_on=promise.due_on,
        new_due_on=new_day,
        old_content=promise.content,
        reason=reason.strip(),
        at=at,
        by=by,
    )
    if moved and new_day is not None:
        _move_clock(promise, new_day, reason=reason, on=day)
    promise.due_on, promise.content = new_day, new_words
    promise.save()
    _tell_change(promise, change)
    return change


def _move_clock(promise: Promise, due_on: date, *, reason: str, on: date) -> None:
    if promise.deadline is not None and promise.deadline.is_open:
        deadlines.extend(promise.deadline, until=due_on, why=reason.strip()[:200])
        return
    # Taken over from a ledger without a clock of its own.
    promise.deadline = deadlines.set_by_hand(
        Deadline.Kind.PROMISE,
        holder=promise.assignment.unit,
        starts_on=promise.promised_on or on,
        due_on=due_on,
        case=promise.suggestion,
        why="变更承诺时限",
    )


def _tell_change(promise: Promise, change: PromiseChange) -> None:
    case, unit, day = promise.suggestion, promise.assignment.unit, timezone.localdate(change.at)
    text = f"{unit}的承诺事项{change.get_kind_display()}：{promise}"
    timeline.add(case, "change_promise", text, by=change.by, at=change.at, note=change.reason)
    told = [
        *people.speakers_of(case, on=day),
        *people.people_of_deputies(deputies_of(case), on=day),
        *people.staff_of(case.congress, on=day),
    ]
    if change.kind == Kind.ENDED:
        told += people.people_of_unit(unit, on=day)
    post(to=told, text=f"{text}。理由：{change.reason}", about=case, at=change.at)


@transaction.atomic
def end_promise(promise_id: int, *, reason: str, by: Membership, at: datetime) -> None:
    """
    Release a unit from a promise that cannot be kept, telling the deputies why (终止承诺).

    :raises AlreadyHandled: if it is not open.
    :raises PromiseNeedsReason: if no reason is given.
    """
    promise = hold_promise(promise_id)
    _require(promise, State.OPEN)
    if not reason.strip():
        raise PromiseNeedsReason
    change = PromiseChange.objects.create(
        promise=promise,
        kind=Kind.ENDED,
        old_due_on=promise.due_on,
        old_content=promise.content,
        reason=reason.strip(),
        at=at,
        by=by,
    )
    deadlines.end(promise.deadline, why="承诺事项终止", at=at)
    promise.state, promise.ended_at, promise.ended_why = State.ENDED, at, reason.strip()[:300]
    promise.save()
    _tell_change(promise, change)
    fold_promises(promise.suggestion, by=by, at=at)


@transaction.atomic
def rate_fulfilment(
    promise_id: int, *, fulfilment: Promise.Fulfilment, by: Membership, at: datetime
) -> None:
    """
    Let the deputy say how well a cleared promise was kept (落实评价).

    :raises AlreadyHandled: if it is not cleared, or rated already.
    """
    promise = hold_promise(promise_id)
    _require(promise, State.CLEARED)
    if promise.fulfilment:
        raise AlreadyHandled("这项承诺已经评价过了。")
    promise.fulfilment = fulfilment
    promise.fulfilment_at, promise.fulfilment_by = at, by
    promise.save(update_fields=["fulfilment", "fulfilment_at", "fulfilment_by"])
    deadlines.meet(promise.fulfilment_deadline, at=at)
    case, day = promise.suggestion, timezone.localdate(at)
    text = f"代表评价承诺落实情况：{promise}"
    timeline.add(case, "rate_fulfilment", text, by=by, at=at, audience=Audience.NOT_UNITS)
    # The unit does not learn what the deputy said: it judges that unit (背靠背).
    told = people.staff_of(case.congress, on=day)
    post(to=told, text=f"{text}（{promise.get_fulfilment_display()}）", about=case, at=at)


@transaction.atomic
def carry_over(year: int, *, at: datetime) -> int:
    """
    Mark the promises of earlier years that bind a unit still as carried into ``year`` (结转).

    Returns how many were carried; a second run in the same year adds none. A ledger told of a past
    session stays as it was told: its figures have been reported.
    """
    earlier = Promise.objects.uncleared().filter(promised_on__lt=date(year, 1, 1))
    earlier = earlier.exclude(suggestion__is_imported=True, suggestion__session__is_archived=True)
    fresh = earlier.filter(Q(carried_year__isnull=True) | Q(carried_year__lt=year))
    carried = fresh.update(carried_year=year)
    if carried:
        audit.record("promise.carry_over", by=None, at=at, detail={"year": year, "count": carried})
    return carried
