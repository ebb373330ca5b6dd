"""
What beat runs each day: due and overdue duties, and whom to tell of them (临期超期提醒).

Duties are read in slices by key, as rows and not as objects, and texts are made only of what is
still to be said: of 300,000 open duties a day says a new rung of one in twenty. Memory stays flat
however many there are. What was said is known by its key; saying it again adds nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Role
from accounts.roles import UNIT_ROLES
from accounts.selectors import members_of
from assignment.models import Assignment
from common import workdays
from congress.calendars import calendar_read_once, working_calendar
from congress.models import Congress
from congress.profile import Rules, rules_for
from notices import services as notices
from notices.selectors import Told, told_rungs
from notices.services import Reminder
from suggestions.models import Deadline, Suggestion
from supervision.ladder import Rung, latest_rung, words
from supervision.services.digests import make_digests
from supervision.services.notice_drafts import prepare_notices

SLICE = 5_000
Kind = Deadline.Kind


class _Duty(NamedTuple):
    """What the ladder asks of an open duty, in the order in which it is read."""

    pk: int
    kind: str
    starts_on: date
    due_on: date
    suggestion_id: int | None
    unit_id: int | None
    office_id: int | None
    deputy_id: int | None
    works_on_paper: bool | None
    contact_group_id: int | None
    delegation_id: int | None


_COLUMNS = (
    *("pk", "kind", "starts_on", "due_on", "suggestion_id"),
    *("holder_unit_id", "holder_office_id", "holder_deputy_id"),
    *(f"holder_deputy__{name}" for name in ("works_on_paper", "contact_group_id", "delegation_id")),
)


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
            ladder = _Ladder(rules, on)
            people = _People(head_hears_from=rules.head_reminded_from, on=on)
            for duties in _slices(_candidates(congress, rules, on=on)):
                reminders = _reminders(congress, duties, ladder, people)
                told += notices.post_reminders(reminders, at=at)
            prepare_notices(congress, rules, on=on, at=at)
            told += make_digests(congress, on=on, at=at)
    return told


def _candidates(congress: Congress, rules: Rules, *, on: date) -> QuerySet[Deadline]:
    """Find the open duties that have reached their first rung, or may have."""
    horizon = on + timedelta(days=max(rules.reminder_rungs, default=0))
    due = Q(due_on__lte=horizon) | Q(kind=Kind.FEEDBACK)
    return Deadline.objects.open().duties().filter(due, congress=congress).order_by("pk")


def _slices(deadlines: QuerySet[Deadline]) -> Iterator[list[_Duty]]:
    """Read by key, slice by slice: rows that are met meanwhile do not shift the rest."""
    rows = deadlines.values_list(*_COLUMNS)
    last = 0
    while duties := [_Duty(*row) for row in rows.filter(pk__gt=last)[:SLICE]]:
        yield duties
        last = duties[-1].pk


def _reminders(
    congress: Congress, duties: Sequence[_Duty], ladder: _Ladder, people: _People
) -> list[Reminder]:
    """Say what the people of a slice have not been told of the rungs that its duties stand on."""
    reached = [(duty, rung) for duty in duties if (rung := ladder.rung_of(duty)) is not None]
    people.learn([duty for duty, _ in reached])
    since = min((rung.day for _, rung in reached), default=ladder.on)
    told = told_rungs([duty.pk for duty, _ in reached], since=since)
    missing = [
        (duty, Told(recipient, duty.pk, rung.number, rung.day))
        for duty, rung in reached
        for recipient in people.of(duty, rung)
        if (recipient, duty.pk, rung.number, rung.day) not in told
    ]
    about = Suggestion.objects.only("number_text", "title")
    cases = about.in_bulk({duty.suggestion_id for duty, _ in missing} - {None})
    return [
        _reminder(congress, duty, rung, cases.get(duty.suggestion_id), on=ladder.on)
        for duty, rung in missing
    ]


def _reminder(
    congress: Congress, duty: _Duty, rung: Told, case: Suggestion | None, *, on: date
) -> Reminder:
    about = f"：{case}" if case else ""
    return Reminder(
        recipient_id=rung.recipient_id,
        congress_id=congress.pk,
        suggestion_id=duty.suggestion_id,
        deadline_id=duty.pk,
        rung=rung.rung,
        day=rung.day,
        text=f"{Kind(duty.kind).label}{words(on, duty.due_on)}（{duty.due_on:%m月%d日}）{about}",
        link=case.get_absolute_url() if case else reverse("supervision:overview"),
    )


class _Ladder:
    """The rungs of the local rules as they stand on a day."""

    def __init__(self, rules: Rules, on: date) -> None:
        self.rules, self.on = rules, on
        self.urged: dict[date, list[date]] = {}

    def rung_of(self, duty: _Duty) -> Rung | None:
        """Return the rung that a duty stands on, None before the first."""
        if duty.kind != Kind.FEEDBACK:
            rungs = self.rules.reminder_rungs
            return latest_rung(duty.starts_on, duty.due_on, on=self.on, rungs=rungs)
        return self._of_feedback(duty)

    def _of_feedback(self, duty: _Duty) -> Rung | None:
        """
        Find the reminder a deputy has reached: on set working days, and never once it is over.

        重庆2018第二十九条 asks that deputies are urged before their silence counts as such.
        """
        if self.on > duty.due_on:
            return None
        if duty.starts_on not in self.urged:
            self.urged[duty.starts_on] = [self._workday(duty.starts_on, n) for n in self._amounts]
        reached = [day for day in self.urged[duty.starts_on] if day <= self.on]
        return Rung((duty.due_on - max(reached)).days, max(reached)) if reached else None

    @property
    def _amounts(self) -> Iterable[int]:
        return self.rules.feedback_reminders

    @staticmethod
    def _workday(start: date, n: int) -> date:
        amount = workdays.Amount(n, workdays.Unit.WORKDAY)
        return workdays.add(start, amount, working_calendar()).due_on


class _Seat(NamedTuple):
    """A membership as far as it matters who is told."""

    pk: int
    role: str


class _People:
    """Who answers for duties: seats are read once for a run, clerks of receipts for each slice."""

    def __init__(self, *, head_hears_from: int, on: date) -> None:
        self.head_hears_from, self.on = head_hears_from, on
        self.seats: dict[str, dict[int | None, list[_Seat]]] = defaultdict(dict)
        self.clerks: dict[tuple[int | None, int | None], int | None] = {}

    def learn(self, duties: Sequence[_Duty]) -> None:
        """Read who sits for the holders of some duties."""
        self._learn("unit", {duty.unit_id for duty in duties})
        self._learn("office", {duty.office_id for duty in duties})
        self._learn("deputy", {duty.deputy_id for duty in duties})
        groups = {duty.contact_group_id for duty in duties}
        self._learn("delegation", groups | {duty.delegation_id for duty in duties})
        receipts = Assignment.objects.filter(
            suggestion_id__in={duty.suggestion_id for duty in duties}, clerk__isnull=False
        ).live()
        self.clerks = {
            (suggestion, unit): clerk
            for suggestion, unit, clerk in receipts.values_list(
                "suggestion_id", "unit_id", "clerk_id"
            )
        }

    def _learn(self, seat: str, ids: set[int | None]) -> None:
        known = self.seats[seat]
        wanted = ids - known.keys() - {None}
        if not wanted:
            return
        holders: dict[str, Any] = {seat: wanted}
        found: dict[int | None, list[_Seat]] = {each: [] for each in wanted}
        members = members_of(on=self.on, **holders).prefetch_related(None)
        for holder, *member in members.values_list(f"{seat}_id", "pk", "role"):
            found[holder].append(_Seat(*member))
        known |= found

    def of(self, duty: _Duty, rung: Rung) -> list[int]:
        """Return the memberships that a rung of a duty is told."""
        if duty.unit_id:
            return self._of_unit(duty, rung)
        if duty.office_id:
            return [each.pk for each in self.seats["office"][duty.office_id]]
        return self._of_deputy(duty)

    def _of_unit(self, duty: _Duty, rung: Rung) -> list[int]:
        people = [each for each in self.seats["unit"][duty.unit_id] if each.role in UNIT_ROLES]
        clerk = self.clerks.get((duty.suggestion_id, duty.unit_id))
        mine = [each.pk for each in people if each.pk == clerk]
        clerks = mine or [each.pk for each in people if each.role == Role.CLERK]
        heads = [each.pk for each in people if each.role == Role.UNIT_HEAD]
        return clerks + heads if rung.number <= self.head_hears_from or not clerks else clerks

    def _of_deputy(self, duty: _Duty) -> list[int]:
        """Return the deputy's seat; for one who works on paper, the secretary who calls."""
        own = [each.pk for each in self.seats["deputy"][duty.deputy_id]]
        if own and not duty.works_on_paper:
            return own
        delegations = self.seats["delegation"]
        near = delegations.get(duty.contact_group_id) or delegations.get(duty.delegation_id, [])
        return own + [each.pk for each in near if each.role == Role.DELEGATION_SECRETARY]
