"""Change, postpone or end a promise, with the reason told to the deputies (承诺变更)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from common.refusals import Refusal
from handling import people
from handling.models import Promise, PromiseChange
from handling.people import deputies_of
from handling.services.folding import fold_promises
from handling.services.holding import hold_promise
from handling.services.promises import DateCannotBe, PromiseNeedsReason, require_state
from notices.services import post
from suggestions import deadlines, timeline
from suggestions.models import Deadline

State, Kind = Promise.State, PromiseChange.Kind


class NothingChanged(Refusal):
    def __init__(self) -> None:
        super().__init__("时限和内容都没有变化。")


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
    require_state(promise, State.OPEN)
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
        _move_clock(promise, new_day, reason=reason, on=day, by=by)
    promise.due_on, promise.content = new_day, new_words
    promise.save()
    _tell_change(promise, change)
    return change


def _move_clock(promise: Promise, due_on: date, *, reason: str, on: date, by: Membership) -> None:
    if promise.deadline is not None and promise.deadline.is_open:
        deadlines.extend(promise.deadline, until=due_on, why=reason.strip()[:200], by=by)
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
    require_state(promise, State.OPEN)
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
