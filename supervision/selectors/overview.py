"""
The page on which nothing late is invisible: every open duty that is late or soon due.

Rows, totals and figures come from one query for each scope; what is counted is what is listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.roles import STAFF_ROLES, UNIT_ROLES
from assignment.models import Assignment
from common.list_page import Heading
from congress.models import Unit
from notices.models import Alert
from suggestions.models import Deadline
from suggestions.models.deadline import DeadlineQuerySet
from supervision.models import SupervisionNotice, Urging

#: The farthest rung of the usual ladder: what is nearer counts as soon due.
SOON = 15
WEEK = 7

HEADINGS = [
    Heading("编号", "number", by=["suggestion__session", "suggestion__number"]),
    Heading("标题"),
    Heading("事项", "kind", by="kind"),
    Heading("责任方"),
    Heading("期限", "due", by="due_on"),
    Heading("提醒情况"),
    Heading("催办"),
]


def duties_in_scope(actor: Membership) -> DeadlineQuerySet:
    """Find the open duties that the actor oversees."""
    return scope_of(actor).open()


def scope_of(actor: Membership) -> DeadlineQuerySet:
    """Find the duties, run out or not, that the actor oversees: a congress, a system, its own…"""
    duties = Deadline.objects.duties()
    if actor.role in STAFF_ROLES:
        # Also duties without a case, such as a unit's yearly report.
        return duties.filter(congress_id=actor.congress_id)
    visible = duties.visible_to(actor)
    if actor.role == Role.SYSTEM_OFFICE:
        of_the_system = Q(holder_unit__in=Unit.objects.filter(system__office_id=actor.office_id))
        return visible.filter(of_the_system | Q(holder_office_id=actor.office_id))
    if actor.role in UNIT_ROLES:
        return visible.filter(holder_unit_id=actor.unit_id)
    if actor.role == Role.DELEGATION_SECRETARY:
        return visible.filter(holder_deputy__isnull=False)
    return visible


def late_and_soon(actor: Membership, *, on: date) -> DeadlineQuerySet:
    """Find the duties in scope whose day is past or comes soon (逾期和临期)."""
    return duties_in_scope(actor).filter(due_on__lte=on + timedelta(days=SOON))


def is_late(on: date) -> Q:
    """Say which duties are past their day."""
    return Q(due_on__lt=on)


def is_due_this_week(on: date) -> Q:
    """Say which duties end today or within a week."""
    return Q(due_on__range=(on, on + timedelta(days=WEEK)))


@dataclass(frozen=True)
class Figure:
    """A number that opens exactly its rows."""

    label: str
    count: int
    query: str
    is_late: bool = False


def figures(duties: QuerySet[Deadline], *, actor: Membership, on: date) -> list[Figure]:
    """
    Count what is late by holder, and what is due; one query for all of them.

    Whom the actor does not oversee has no figure.
    """
    late = is_late(on)
    opinions = [Deadline.Kind.OPINION, Deadline.Kind.OPINION_REDO]
    counts = duties.aggregate(
        late=Count("pk", filter=late),
        units=Count("pk", filter=late & Q(holder_unit__isnull=False)),
        opinions=Count("pk", filter=late & Q(kind__in=opinions)),
        deputies=Count("pk", filter=late & Q(holder_deputy__isnull=False)),
        offices=Count("pk", filter=late & Q(holder_office__isnull=False)),
        week=Count("pk", filter=is_due_this_week(on)),
        all=Count("pk"),
    )
    by_holder = [
        Figure("承办单位逾期", counts["units"], "state=late&holder=unit", is_late=True),
        Figure("其中协办意见", counts["opinions"], "state=late&kind=opinions", is_late=True),
        Figure("代表逾期", counts["deputies"], "state=late&holder=deputy", is_late=True),
        Figure("机关自身逾期", counts["offices"], "state=late&holder=office", is_late=True),
    ]
    has_parts = actor.role not in UNIT_ROLES | {Role.DELEGATION_SECRETARY}
    return [
        Figure("逾期", counts["late"], "state=late", is_late=True),
        *(by_holder if has_parts else []),
        Figure("七日内到期", counts["week"], "state=week"),
        Figure("全部逾期和临期", counts["all"], ""),
    ]


def as_rows(duties: DeadlineQuerySet) -> DeadlineQuerySet:
    """Add what a row shows."""
    return duties.select_related(
        "suggestion", "holder_unit", "holder_deputy", "holder_office"
    ).with_reasons()


@dataclass
class Told:
    """A person who was reminded of a duty; whether it was opened is shown for clerks alone."""

    name: str
    is_clerk: bool
    has_read: bool


@dataclass
class Row:
    """A duty with who was told of it, and who was urged (督办事项)."""

    deadline: Deadline
    days_late: int
    told_on: date | None = None
    told: list[Told] = field(default_factory=list)
    urged: Urging | None = None
    assignment: Assignment | None = None
    notice: SupervisionNotice | None = None


def with_what_was_done(deadlines: Iterable[Deadline], *, actor: Membership, on: date) -> list[Row]:
    """Add to a page of duties who was reminded last, who opened it, who was urged and how."""
    rows = {
        deadline.pk: Row(deadline, max((on - deadline.due_on).days, 0)) for deadline in deadlines
    }
    _add_told(rows)
    _add_urged(rows)
    _add_notices(rows, actor)
    return list(rows.values())


def _add_told(rows: dict[int, Row]) -> None:
    alerts = Alert.objects.filter(deadline_id__in=rows).select_related("recipient__user")
    latest: dict[int, list[Alert]] = defaultdict(list)
    for alert in alerts.order_by("-day", "-rung", "pk"):
        same = latest[alert.deadline_id or 0]
        if not same or (same[0].day, same[0].rung) == (alert.day, alert.rung):
            same.append(alert)
    for deadline_id, found in latest.items():
        row = rows[deadline_id]
        row.told_on = timezone.localdate(found[0].at)
        row.told = [
            Told(
                str(alert.recipient.user),
                alert.recipient.role == Role.CLERK,
                alert.read_at is not None,
            )
            for alert in found
        ]


def _add_urged(rows: dict[int, Row]) -> None:
    of_units = {
        (row.deadline.suggestion_id, row.deadline.holder_unit_id): row
        for row in rows.values()
        if row.deadline.suggestion_id and row.deadline.holder_unit_id
    }
    receipts = Assignment.objects.filter(
        suggestion_id__in={case for case, _ in of_units},
        unit_id__in={unit for _, unit in of_units},
    ).live()
    live: dict[tuple[int | None, int | None], Assignment] = {
        (each.suggestion_id, each.unit_id): each for each in receipts
    }
    urgings = (
        Urging.objects.filter(assignment__in=[each.pk for each in live.values()])
        .select_related("by__user")
        .order_by("assignment_id", F("at").desc())
        .distinct("assignment_id")
    )
    last = {urging.assignment_id: urging for urging in urgings}
    for row in rows.values():
        key = (row.deadline.suggestion_id, row.deadline.holder_unit_id)
        row.assignment = live.get(key)
        row.urged = last.get(row.assignment.pk) if row.assignment else None


def _add_notices(rows: dict[int, Row], actor: Membership) -> None:
    found = SupervisionNotice.objects.visible_to(actor).filter(deadline_id__in=rows)
    for notice in found.exclude(state=SupervisionNotice.State.DROPPED).order_by("pk"):
        rows[notice.deadline_id].notice = notice
