"""
What the daily run prepares for people to release: notices on duties that stay late (督办通知单).

Above the head of a unit nobody is told by the machine. Drafts are written in slices without a lock
on the case: the database keeps one for a missed day and one at a time for a receipt, and what
became needless meanwhile is dropped by the next run or refused at the release.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import Role
from accounts.roles import COMMITTEE_STAFF_ROLES
from accounts.selectors import members_in_role, members_of
from assignment.models import ENDED_STATES, Assignment
from congress.models import Congress
from congress.profile import Rules
from notices import services as notices
from notices.models import Alert
from suggestions.models import Deadline
from suggestions.stages import Stage
from supervision.models import SupervisionNotice

SLICE = 500
MET, MOVED, RELIEVED = "期限事项已完成或已终止。", "期限已延长。", "单位已不再承办。"


def prepare_notices(congress: Congress, rules: Rules, *, on: date, at: datetime) -> None:
    """Drop the drafts that became needless, write those that are wanted, and tell who releases."""
    drop_needless(congress, at=at)
    for deadlines in _slices(_long_late(congress, rules, on=on)):
        _write(deadlines, on=on, at=at)
    _tell(congress, on=on, at=at)


def drop_needless(congress: Congress, *, at: datetime) -> None:
    """Drop drafts whose duty was met, ended or extended, or whose unit was relieved."""
    drafts = SupervisionNotice.objects.drafts().filter(congress=congress)
    relieved = Q(assignment__state__in=ENDED_STATES)
    over = Q(deadline__met_at__isnull=False) | Q(deadline__ended_at__isnull=False)
    moved = ~Q(deadline__due_on=F("missed_on"))
    for reason, condition in ((MET, over), (MOVED, moved), (RELIEVED, relieved)):
        found = drafts.filter(condition).values("pk")
        SupervisionNotice.objects.drafts().filter(pk__in=found).update(
            state=SupervisionNotice.State.DROPPED, dropped_at=at, dropped_why=reason
        )


def _long_late(congress: Congress, rules: Rules, *, on: date) -> QuerySet[Deadline]:
    """Find the duties of units that are late for as long as the rules say, and have no paper."""
    notices_of = SupervisionNotice.objects.filter
    said = notices_of(deadline=OuterRef("pk"), missed_on=OuterRef("due_on"))
    # One at a time for a receipt; who has had its last one is given as long again.
    quiet = Q(released_at__date__gt=on - timedelta(days=rules.notice_after))
    busy = notices_of(
        Q(state="draft") | Q(state="released", answered_at__isnull=True) | quiet,
        assignment__suggestion=OuterRef("suggestion"),
        assignment__unit=OuterRef("holder_unit"),
    )
    late = (
        Deadline.objects.open()
        .duties()
        .filter(
            ~Exists(said),
            ~Exists(busy),
            congress=congress,
            holder_unit__isnull=False,
            suggestion__isnull=False,
            due_on__lte=on - timedelta(days=rules.notice_after),
        )
    )
    return (
        late.exclude(suggestion__stage=Stage.CLOSED)
        .select_related("suggestion", "holder_unit")
        .order_by("pk")
    )


def _slices(deadlines: QuerySet[Deadline]) -> Iterator[list[Deadline]]:
    last = 0
    while rows := list(deadlines.filter(pk__gt=last)[:SLICE]):
        yield rows
        last = rows[-1].pk


@transaction.atomic
def _write(deadlines: list[Deadline], *, on: date, at: datetime) -> None:
    receipts = Assignment.objects.live().filter(
        suggestion_id__in={each.suggestion_id for each in deadlines},
        unit_id__in={each.holder_unit_id for each in deadlines},
    )
    live = {(each.suggestion_id, each.unit_id): each for each in receipts}
    # The oldest of several late duties of a receipt comes first; the others wait for its answer.
    rows = [
        SupervisionNotice(
            congress_id=deadline.congress_id,
            assignment=live[key],
            deadline=deadline,
            missed_on=deadline.due_on,
            text=draft_text(deadline, on=on),
            prepared_at=at,
        )
        for deadline in sorted(deadlines, key=lambda each: (each.due_on, each.pk))
        if (key := (deadline.suggestion_id, deadline.holder_unit_id)) in live
    ]
    SupervisionNotice.objects.bulk_create(rows, ignore_conflicts=True)


def draft_text(deadline: Deadline, *, on: date) -> str:
    """Write what a notice says before a person has touched it."""
    late = (on - deadline.due_on).days
    return (
        f"你单位承办的{deadline.suggestion}，“{deadline.get_kind_display()}”的期限为"
        f"{_day(deadline.due_on)}，截至{_day(on)}已逾期{late}天，经提醒仍未完成。\n"
        "请主要负责人过问，查明原因，抓紧办理，并书面回应办理进展、逾期原因、下一步措施和完成时间。"
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _tell(congress: Congress, *, on: date, at: datetime) -> None:
    """Tell those who release, once a day, if the run has put drafts on their desks."""
    drafts = SupervisionNotice.objects.drafts().filter(congress=congress)
    fresh = drafts.filter(prepared_at=at)
    if not fresh.exists():
        return
    offices = set(fresh.values_list("assignment__unit__system__office", flat=True)) - {None}
    people = [
        *members_in_role(congress, *COMMITTEE_STAFF_ROLES, on=on),
        *members_of(office=offices, roles=[Role.SYSTEM_OFFICE], on=on),
    ]
    notices.post(
        to=people,
        text="有逾期事项已拟好督办通知单，请审阅后签发。",
        kind=Alert.Kind.TASK,
        link=f"{reverse('supervision:notices')}?state=draft",
        key=f"notices-drafted:{congress.pk}:{on}",
        at=at,
    )
