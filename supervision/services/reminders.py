"""
What beat runs each day: due and overdue duties, and whom to tell of them (临期超期提醒).

Deadlines are read in slices by key, recipients in a few queries for each slice, so that memory
stays flat however many there are. What was said is known by its key; saying it again adds nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Membership, Role
from accounts.roles import UNIT_ROLES
from accounts.selectors import members_of
from assignment.models import Assignment
from common import workdays
from congress.calendars import calendar_read_once, working_calendar
from congress.models import Congress
from congress.profile import Rules, rules_for
from notices import services as notices
from notices.services import Reminder
from suggestions.models import Deadline
from supervision.ladder import Rung, latest_rung, words
from supervision.services.digests import make_digests
from supervision.services.notice_drafts import prepare_notices

SLICE = 500
Kind = Deadline.Kind


def remind(*, on: date, at: datetime) -> int:
    """
    Tell everyone of the rung their duties stand on, and return how many alerts are new.

    After a gap only the latest missed rung of each duty is said; a second run on a day adds
    nothing. Notices to units are prepared and the digest of the week is made by the same run.
    """
    told = 0
    with calendar_read_once():
        for congress in Congress.objects.filter(profiles__isnull=False).distinct().order_by("pk"):
            rules = rules_for(congress, on=on)
            for deadlines in _slices(_candidates(congress, rules, on=on)):
                told += notices.post_reminders(_reminders(deadlines, rules, on=on), at=at)
            prepare_notices(congress, rules, on=on, at=at)
            told += make_digests(congress, on=on, at=at)
    return told


def _candidates(congress: Congress, rules: Rules, *, on: date) -> QuerySet[Deadline]:
    """Find the open duties that have reached their first rung, or may have."""
    horizon = on + timedelta(days=max(rules.reminder_rungs, default=0))
    due = Q(due_on__lte=horizon) | Q(kind=Kind.FEEDBACK)
    open_duties = Deadline.objects.open().duties().filter(due, congress=congress)
    return open_duties.select_related("suggestion", "holder_deputy").order_by("pk")


def _slices(deadlines: QuerySet[Deadline]) -> Iterator[list[Deadline]]:
    """Read by key, slice by slice: rows that are met meanwhile do not shift the rest."""
    last = 0
    while rows := list(deadlines.filter(pk__gt=last)[:SLICE]):
        yield rows
        last = rows[-1].pk


def _reminders(deadlines: Sequence[Deadline], rules: Rules, *, on: date) -> list[Reminder]:
    reached = [
        (deadline, rung)
        for deadline in deadlines
        if (rung := _rung_of(deadline, rules, on=on)) is not None
    ]
    people = _People(
        [deadline for deadline, _ in reached], head_hears_from=rules.head_reminded_from, on=on
    )
    return [
        _reminder(deadline, rung, recipient, on=on)
        for deadline, rung in reached
        for recipient in people.of(deadline, rung)
    ]


def _rung_of(deadline: Deadline, rules: Rules, *, on: date) -> Rung | None:
    if deadline.kind != Kind.FEEDBACK:
        return latest_rung(deadline.starts_on, deadline.due_on, on=on, rungs=rules.reminder_rungs)
    return _feedback_rung(deadline, rules, on=on)


def _feedback_rung(deadline: Deadline, rules: Rules, *, on: date) -> Rung | None:
    """
    Find the reminder a deputy has reached: on set working days, and never once it is over.

    重庆2018第二十九条 asks that deputies are urged before their silence counts as such.
    """
    if on > deadline.due_on:
        return None
    days = [
        workdays.add(
            deadline.starts_on, workdays.Amount(n, workdays.Unit.WORKDAY), working_calendar()
        ).due_on
        for n in rules.feedback_reminders
    ]
    reached = [day for day in days if day <= on]
    return Rung((deadline.due_on - max(reached)).days, max(reached)) if reached else None


def _reminder(deadline: Deadline, rung: Rung, recipient: Membership, *, on: date) -> Reminder:
    case = deadline.suggestion
    about = f"：{case}" if case else ""
    return Reminder(
        recipient_id=recipient.pk,
        congress_id=deadline.congress_id,
        suggestion_id=deadline.suggestion_id,
        deadline_id=deadline.pk,
        rung=rung.number,
        day=rung.day,
        text=f"{deadline.get_kind_display()}{words(on, deadline.due_on)}"
        f"（{deadline.due_on:%m月%d日}）{about}",
        link=case.get_absolute_url() if case else reverse("supervision:overview"),
    )


class _People:
    """Who answers for the deadlines of one slice, read in a few queries."""

    def __init__(self, deadlines: Sequence[Deadline], *, head_hears_from: int, on: date) -> None:
        self.head_hears_from = head_hears_from
        self.units = self._by("unit", {each.holder_unit_id for each in deadlines}, on)
        self.offices = self._by("office", {each.holder_office_id for each in deadlines}, on)
        self.deputies = self._by("deputy", {each.holder_deputy_id for each in deadlines}, on)
        groups: set[int | None] = set()
        for deputy in (each.holder_deputy for each in deadlines if each.holder_deputy):
            groups |= {deputy.delegation_id, deputy.contact_group_id}
        self.delegations = self._by("delegation", groups, on)
        receipts = Assignment.objects.filter(
            suggestion_id__in={each.suggestion_id for each in deadlines}, clerk__isnull=False
        ).live()
        self.clerks: dict[tuple[int | None, int | None], int | None] = {
            (suggestion, unit): clerk
            for suggestion, unit, clerk in receipts.values_list(
                "suggestion_id", "unit_id", "clerk_id"
            )
        }

    @staticmethod
    def _by(seat: str, ids: set[int | None], on: date) -> dict[int, list[Membership]]:
        found: dict[int, list[Membership]] = defaultdict(list)
        wanted = ids - {None}
        if wanted:
            seats: dict[str, Any] = {seat: wanted}
            for member in members_of(on=on, **seats):
                found[getattr(member, f"{seat}_id")].append(member)
        return found

    def of(self, deadline: Deadline, rung: Rung) -> list[Membership]:
        """Return whom a rung of a deadline is told."""
        if deadline.holder_unit_id:
            return self._of_unit(deadline, rung)
        if deadline.holder_office_id:
            return self.offices[deadline.holder_office_id]
        return self._of_deputy(deadline)

    def _of_unit(self, deadline: Deadline, rung: Rung) -> list[Membership]:
        people = [
            each for each in self.units[deadline.holder_unit_id or 0] if each.role in UNIT_ROLES
        ]
        clerk = self.clerks.get((deadline.suggestion_id, deadline.holder_unit_id))
        mine = [each for each in people if each.pk == clerk]
        clerks = mine or [each for each in people if each.role == Role.CLERK]
        heads = [each for each in people if each.role == Role.UNIT_HEAD]
        return clerks + heads if rung.number <= self.head_hears_from or not clerks else clerks

    def _of_deputy(self, deadline: Deadline) -> list[Membership]:
        """Return the deputy's seat; for one who works on paper, the secretary who calls."""
        deputy = deadline.holder_deputy
        assert deputy is not None  # noqa: S101 - the database keeps exactly one holder
        own = self.deputies[deputy.pk]
        if own and not deputy.works_on_paper:
            return own
        near = self.delegations[deputy.contact_group_id or 0]
        near = near or self.delegations[deputy.delegation_id]
        return own + [each for each in near if each.role == Role.DELEGATION_SECRETARY]
