"""What the pages and queues show of notices to units."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, UNIT_ROLES
from assignment.models import Assignment
from common.among import among
from common.list_page import Heading
from congress.models import Office, Unit
from congress.words import words_of
from suggestions.models import Suggestion
from suggestions.selectors import cases_proposed_by
from supervision.models import SupervisionNotice
from supervision.models.notice import SupervisionNoticeQuerySet

HEADINGS = [
    Heading("文号", "number", by=["year", "number"]),
    Heading("建议"),
    Heading("承办单位"),
    Heading("逾期事项"),
    Heading("状态"),
    Heading("回应期限", "answer_by", by="answer_by"),
    Heading("回应"),
]


def notices_to_release(actor: Membership) -> SupervisionNoticeQuerySet:
    """Find the drafts that wait for the actor's office (待签发督办通知单)."""
    # The case is looked up notice by notice: joined, the database reads every receipt instead.
    about = Assignment.objects.filter(pk=OuterRef("assignment_id")).order_by()
    drafts = SupervisionNotice.objects.drafts().annotate(
        task_case=Subquery(about.values("suggestion")), task_target=F("pk"), task_due=F("missed_on")
    )
    if actor.role in COMMITTEE_STAFF_ROLES:
        # Who sees the congress sees every case that a unit was ever given.
        drafts = drafts.filter(congress_id=actor.congress_id)
    elif actor.role == Role.SYSTEM_OFFICE:
        units = Unit.objects.filter(system__office_id=actor.office_id)
        own = Assignment.objects.visible_to(actor).filter(among("unit", units.values("pk")))
        of_notice = own.filter(pk=OuterRef("assignment_id")).order_by()
        drafts = drafts.alias(own=Subquery(of_notice.values("pk"))).filter(own__isnull=False)
    else:
        drafts = drafts.none()
    return _not_of(actor, drafts)


def notices_to_answer(actor: Membership) -> SupervisionNoticeQuerySet:
    """Find the notices that the unit has not answered (待回应督办通知单)."""
    own = _not_of(actor, SupervisionNotice.objects.visible_to(actor).unanswered())
    return own.filter(assignment__in=Assignment.objects.live()).annotate(
        task_case=F("assignment__suggestion_id"), task_target=F("pk"), task_due=F("answer_by")
    )


def _not_of(actor: Membership, notices: SupervisionNoticeQuerySet) -> SupervisionNoticeQuerySet:
    """Leave what is about the person's own suggestions to a colleague (回避)."""
    own = Assignment.objects.filter(suggestion__in=cases_proposed_by(actor))
    return notices.exclude(assignment__in=own)


def listed_notices(actor: Membership) -> SupervisionNoticeQuerySet:
    """Find the notices of the list; drafts and what was put aside only for those who release."""
    notices = SupervisionNotice.objects.visible_to(actor)
    if actor.role in COMMITTEE_STAFF_ROLES | {Role.SYSTEM_OFFICE}:
        return notices
    return notices.released()


def as_rows(notices: QuerySet[SupervisionNotice]) -> QuerySet[SupervisionNotice]:
    """Add what a row, a panel or a page shows."""
    return notices.select_related(
        "assignment__unit__system",
        "assignment__suggestion",
        "deadline__suggestion",
        "office",
        "released_by__user",
        "dropped_by__user",
        "answered_by__user",
    )


def notice_counts(actor: Membership, *, on: date) -> dict[str, int]:
    """Count the notices by where they stand; each number opens its list."""
    return listed_notices(actor).aggregate(
        **{state: Count("pk", filter=condition) for state, condition in states(on).items()}
    )


def states(on: date) -> dict[str, Q]:
    """Say where a notice can stand: with whom it waits, and whether too long."""
    released = Q(state=SupervisionNotice.State.RELEASED)
    waiting = released & Q(answered_at__isnull=True)
    return {
        "draft": Q(state=SupervisionNotice.State.DRAFT),
        "waiting": waiting,
        "silent": waiting & Q(answer_by__lt=on),
        "answered": released & Q(answered_at__isnull=False),
        "dropped": Q(state=SupervisionNotice.State.DROPPED),
    }


def notices_on(actor: Membership, case: Suggestion | int) -> QuerySet[SupervisionNotice]:
    """Find the notices on a case for its page, without those put aside."""
    notices = SupervisionNotice.objects.visible_to(actor).filter(assignment__suggestion=case)
    if actor.role not in COMMITTEE_STAFF_ROLES | UNIT_ROLES | {Role.SYSTEM_OFFICE}:
        notices = notices.released()
    return as_rows(notices.exclude(state=SupervisionNotice.State.DROPPED)).order_by("pk")


def paper_of(notice: SupervisionNotice) -> dict[str, Any]:
    """Return what the templates of a letter (``letter.docx``, ``letter.typ``) need."""
    office, congress = notice.office, notice.congress
    released, answer_by = notice.released_at, notice.answer_by
    # The database keeps a release whole.
    if office is None or released is None or answer_by is None:
        raise ValueError("only a released notice is a paper")
    words = words_of(congress)
    sender = str(office)
    if office.kind == Office.Kind.WORKING_COMMITTEE:
        sender = f"{congress.short_name}人大{words.standing_committee}{words.working_committee}"
    day = timezone.localdate(released)
    return {
        "agency": sender,
        "doc_number": notice.number_text,
        "title": f"关于{notice.assignment.suggestion.number_text}建议办理逾期的督办通知单",
        "salutation": f"{notice.assignment.unit}：",
        "opening": notice.text,
        "items": [],
        "closing": f"请于{_day(answer_by)}前书面回应。",
        "unit": sender,
        "date": _day(day),
        "phone": congress.help_phone,
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
