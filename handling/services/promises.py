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
from handling.models import Promise
from handling.people import respondent_of
from handling.services.folding import fold_promises
from handling.services.holding import AlreadyHandled, hold_promise
from notices.models import Alert
from notices.services import post
from suggestions import deadlines, timeline
from suggestions.attachments import attach
from suggestions.models import Attachment, Audience, Deadline

State = Promise.State


class ClaimNeedsProof(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明落实情况，并上传佐证材料（照片、文件、验收单等）。")


class DateCannotBe(Refusal):
    def __init__(self, why: str):
        super().__init__(why)


class PromiseNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明理由，理由会告知代表。")


def require_state(promise: Promise, state: Promise.State) -> None:
    """
    Test that a promise stands where the deed expects it.

    :raises AlreadyHandled: if a colleague has moved it on.
    """
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
    require_state(promise, State.OPEN)
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
    require_state(promise, State.CLAIMED)
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
def rate_fulfilment(
    promise_id: int, *, fulfilment: Promise.Fulfilment, by: Membership, at: datetime
) -> None:
    """
    Let the deputy say how well a cleared promise was kept (落实评价).

    :raises AlreadyHandled: if it is not cleared, or rated already.
    """
    promise = hold_promise(promise_id)
    require_state(promise, State.CLEARED)
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
