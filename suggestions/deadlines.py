"""
The clocks of a case. Deadlines are opened, met, extended and ended here and nowhere else.

How long a clock runs is said by the congress's rules (``congress.profile``), how its last day is
found by ``common.workdays``; each row keeps the explanation of its own date.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from accounts.models import Membership
from common import workdays
from common.refusals import Refusal
from congress.calendars import working_calendar
from congress.models import Congress, Deputy, Office, Unit
from congress.profile import rules_for
from suggestions.models import Deadline, Suggestion

Holder = Unit | Deputy | Office


class DeadlineHasEnded(Refusal):
    def __init__(self, deadline: Deadline):
        super().__init__(f"“{deadline.get_kind_display()}”的期限已经结束，不能再改动。")


def _holder_field(holder: Holder) -> str:
    return {Unit: "holder_unit", Deputy: "holder_deputy", Office: "holder_office"}[type(holder)]


def start(
    kind: Deadline.Kind,
    *,
    clock: str,
    holder: Holder,
    starts_on: date,
    case: Suggestion | None = None,
    congress: Congress | None = None,
    is_duty: bool = True,
    batch_date: date | None = None,
) -> Deadline:
    """
    Start a clock by the rule named ``clock`` and return its open deadline.

    The rules are those in force on ``starts_on``. A batch's own date counts where it is earlier
    than the rule's: some cities set fixed calendar dates, such as 6月30日.

    :raises KeyError: if the profile knows no such clock.
    """
    owner = congress or (case.congress if case else holder.congress)
    rules = rules_for(owner, on=starts_on)
    rule = rules.clock(clock)
    due = workdays.add(starts_on, rule.amount, working_calendar())
    last = due.due_on
    by_batch = batch_date is not None and starts_on <= batch_date < last
    if batch_date is not None and by_batch:
        last = batch_date
    return Deadline.objects.create(
        congress=owner,
        suggestion=case,
        kind=kind,
        is_duty=is_duty,
        starts_on=starts_on,
        due_on=last,
        is_provisional=due.is_provisional and not by_batch,
        source=Deadline.Source.BATCH if by_batch else Deadline.Source.RULE,
        profile=rules.profile,
        explanation={
            "clock": clock,
            "source": rule.source,
            "period": str(rule),
            "version": rules.profile.version,
            **due.explanation,
        },
        **{_holder_field(holder): holder},
    )


def set_by_hand(
    kind: Deadline.Kind,
    *,
    holder: Holder,
    starts_on: date,
    due_on: date,
    case: Suggestion,
    why: str,
    source: Deadline.Source = Deadline.Source.SET_BY_HAND,
) -> Deadline:
    """Open a deadline for a day that somebody named: a promise's date, a date from a ledger."""
    return Deadline.objects.create(
        congress_id=case.congress_id,
        suggestion=case,
        kind=kind,
        starts_on=starts_on,
        due_on=due_on,
        source=source,
        explanation={"source": why},
        **{_holder_field(holder): holder},
    )


def adopt_all(rows: Iterable[Deadline]) -> None:
    """Keep the clocks a ledger tells of, as they stood (source 导入); none of them is started."""
    Deadline.objects.bulk_create(rows, batch_size=1_000)


def meet(deadline: Deadline | None, *, at: datetime) -> None:
    """Stop a clock because what it asked for was done; nothing happens to one that has ended."""
    if deadline is not None and deadline.is_open:
        deadline.met_at = at
        deadline.save(update_fields=["met_at"])


def meet_all(case: Suggestion, kind: Deadline.Kind, *, at: datetime) -> None:
    """Stop the open clocks of one kind on a case because what they asked for was done."""
    Deadline.objects.open().filter(suggestion=case, kind=kind).update(met_at=at)


def end(deadline: Deadline | None, *, why: str, at: datetime) -> None:
    """Stop a clock whose object is no longer asked for; ``why`` is at most 60 characters."""
    if deadline is not None and deadline.is_open:
        deadline.ended_at, deadline.ended_why = at, why
        deadline.save(update_fields=["ended_at", "ended_why"])


def end_all(case: Suggestion, *, why: str, at: datetime, holder: Holder | None = None) -> None:
    """Stop all open clocks of a case, or those of one holder on it."""
    running = Deadline.objects.open().filter(suggestion=case)
    if holder is not None:
        running = running.filter(**{_holder_field(holder): holder})
    running.update(ended_at=at, ended_why=why)


def extend(deadline: Deadline, *, until: date, why: str, by: Membership | None = None) -> None:
    """
    Move the last day of an open clock, keeping the first one it had and who moved it.

    :raises DeadlineHasEnded: if the clock no longer runs.
    """
    if not deadline.is_open:
        raise DeadlineHasEnded(deadline)
    deadline.extended_from = deadline.extended_from or deadline.due_on
    deadline.due_on, deadline.extended_why, deadline.extended_by = until, why, by
    # A day that somebody decided on waits for no notice.
    deadline.is_provisional = False
    deadline.save(
        update_fields=["due_on", "extended_from", "extended_why", "extended_by", "is_provisional"]
    )


def reckoned_now(deadline: Deadline) -> workdays.Due | None:
    """
    Find where an open clock ends by the calendar as it is now.

    None if it does not end where its rule said: a day of a batch, of a ledger or of an extension
    was named by people and follows no calendar.
    """
    said = deadline.explanation
    is_by_rule = deadline.source == Deadline.Source.RULE and deadline.extended_from is None
    if not (deadline.is_open and is_by_rule and said.get("due_on") == str(deadline.due_on)):
        return None
    amount = workdays.Amount(said["amount"], workdays.Unit(said["unit"]))
    return workdays.add(deadline.starts_on, amount, working_calendar())


def stands_by(deadline: Deadline, due: workdays.Due) -> bool:
    """Test if a clock says already what was reckoned now, its explanation included."""
    same_days = (deadline.due_on, deadline.is_provisional) == due[:2]
    return same_days and deadline.explanation | due.explanation == deadline.explanation


def follow_calendar(deadline: Deadline, due: workdays.Due, *, on: date) -> bool:
    """
    Let an open clock end where the calendar now says, and return whether its last day moved.

    Nobody becomes late through a notice that came afterwards: a clock is not moved to a day that
    is over.
    """
    was = deadline.due_on
    if due.due_on < min(was, on):
        return False
    deadline.due_on, deadline.is_provisional = due.due_on, due.is_provisional
    deadline.explanation = deadline.explanation | due.explanation
    deadline.save(update_fields=["due_on", "is_provisional", "explanation"])
    return due.due_on != was
