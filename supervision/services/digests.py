"""
The digest of the week for 代表工委 and for the office of each system (每周情况摘要).

Each figure is kept with its rows, so that the page shows next month what it showed on Monday; at
the moment it is made, it counts what the supervision page lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES
from accounts.selectors import members_in_role
from common import workdays
from congress.calendars import working_calendar
from congress.models import Congress
from notices import services as notices
from suggestions.models import Deadline
from supervision.models import Digest, DigestRow, SupervisionNotice
from supervision.selectors import overview

Section = DigestRow.Section
SLICE = 1_000
WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)


def make_digests(congress: Congress, *, on: date, at: datetime) -> int:
    """
    Make the digests of a week that are not made yet, and return how many people are told.

    Their day is the Monday, or the first working day after it; after a gap, the first working day
    on which the run comes again. Each begins where the last one of its office ended.
    """
    monday, calendar = on - timedelta(days=on.weekday()), working_calendar()
    if on < workdays.roll_forward(monday, calendar) or not calendar.is_workday(on):
        return 0
    return sum(_make(people, week=monday, on=on, at=at) for people in _offices(congress, on=on))


def _offices(congress: Congress, *, on: date) -> Iterator[list[Membership]]:
    """Yield the people of each office that gets a digest."""
    by_office: dict[int, list[Membership]] = {}
    for member in members_in_role(congress, *COMMITTEE_STAFF_ROLES, Role.SYSTEM_OFFICE, on=on):
        by_office.setdefault(member.office_id or 0, []).append(member)
    yield from by_office.values()


@transaction.atomic
def _make(people: list[Membership], *, week: date, on: date, at: datetime) -> int:
    """Make the digest of one office; whoever comes second finds it made and tells nobody."""
    actor = people[0]
    last = Digest.objects.filter(congress=actor.congress, office=actor.office, week__lt=week)
    before = last.order_by("-week").values_list("made_on", flat=True).first()
    digest, is_new = Digest.objects.get_or_create(
        congress=actor.congress,
        office=actor.office,
        week=week,
        defaults={"since": before or on - WEEK, "made_on": on, "at": at},
    )
    if not is_new:
        return 0
    counts: Counter[str] = Counter()
    rows = _rows(digest, actor)
    # In slices, so that memory stays flat however much is late.
    while some := list(islice(rows, SLICE)):
        DigestRow.objects.bulk_create(some)
        counts.update(row.section for row in some)
    return notices.post(
        to=people,
        text=_summary(digest, counts),
        link=reverse("supervision:digest", args=[digest.pk]),
        key=f"digest:{digest.pk}",
        at=at,
    )


def _rows(digest: Digest, actor: Membership) -> Iterator[DigestRow]:
    for section, duties in sections(actor, since=digest.since, on=digest.made_on).items():
        found = duties.order_by("due_on", "pk").values_list("pk", "due_on")
        for key, due_on in found.iterator(SLICE):
            yield DigestRow(digest=digest, section=section, deadline_id=key, due_on=due_on)
    released = SupervisionNotice.objects.visible_to(actor).released()
    if actor.role == Role.SYSTEM_OFFICE:
        released = released.filter(assignment__unit__system__office=actor.office_id)
    for key in _in_period(released, "released_at", digest.since, digest.made_on):
        yield DigestRow(digest=digest, section=Section.RELEASED, notice_id=key)


def sections(actor: Membership, *, since: date, on: date) -> dict[str, QuerySet[Deadline]]:
    """Return the duties that each figure counts, in the scope of the actor's supervision page."""
    running = overview.duties_in_scope(actor)
    late = running.filter(overview.is_late(on))
    scope = overview.scope_of(actor)
    passed = scope.filter(due_on__gte=since, due_on__lt=on)
    met = scope.annotate(met_on=TruncDate("met_at")).filter(met_on__gte=since, met_on__lt=on)
    return {
        Section.LATE: late,
        Section.NEW_LATE: late.filter(due_on__gte=since),
        Section.DUE: passed.filter(ended_at__isnull=True),
        Section.CLEARED: met.filter(met_on__gt=F("due_on")),
        Section.WEEK: running.filter(overview.is_due_this_week(on)),
    }


def _in_period(
    rows: QuerySet[SupervisionNotice], moment: str, since: date, until: date
) -> QuerySet[SupervisionNotice, int]:
    period = {f"{moment}__date__gte": since, f"{moment}__date__lt": until}
    return rows.filter(**period).order_by("pk").values_list("pk", flat=True)


def _summary(digest: Digest, count: Counter[str]) -> str:
    last = digest.made_on - ONE_DAY
    return (
        f"每周情况摘要（{digest.since:%m月%d日}至{last:%m月%d日}）："
        f"到期{count[Section.DUE]}项，现有逾期{count[Section.LATE]}项"
        f"（新增{count[Section.NEW_LATE]}项），逾期后完成{count[Section.CLEARED]}项，"
        f"签发督办通知单{count[Section.RELEASED]}份。"
    )
