"""Key suggestions and urgings for tests, made by the services that make the real ones."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Membership
from assignment.models import Assignment
from congress.models import Committee, Official
from suggestions.models import Suggestion
from supervision.models import KeyCase, SupervisionNotice, Urging
from supervision.services import key_cases, notice_papers, urging
from supervision.services.key_cases import Charge
from supervision.services.notice_drafts import draft_text
from tests.factories import NOW, TODAY
from tests.factories.assignment import staff_of


def charge(
    leader: Official | None = None, committee: Committee | None = None, **fields: Any
) -> Charge:
    given = {"decided_on": TODAY, "decision": "第十二次主任会议决定"}
    return Charge(leader=leader, committee=committee, **given | fields)


def designated_case(
    case: Suggestion,
    leader: Official | None = None,
    committee: Committee | None = None,
    *,
    by: Membership | None = None,
    at: datetime = NOW,
) -> KeyCase:
    """Enter a case as a key suggestion."""
    return key_cases.designate(
        case.pk, charge=charge(leader, committee), by=by or staff_of(case), at=at
    )


def urged(assignment: Assignment, *, by: Membership | None = None, at: datetime = NOW) -> Urging:
    """Urge the unit of a receipt."""
    by = by or staff_of(assignment.suggestion)
    return urging.urge(assignment.pk, text="请抓紧办理，并反馈进展。", by=by, at=at)


def prepared_notice(assignment: Assignment) -> SupervisionNotice:
    """Put a draft on the desks: the unit has let the day of its answer pass a week ago."""
    clock = assignment.answer_deadline
    on = clock.due_on + timedelta(days=7)
    return SupervisionNotice.objects.create(
        congress_id=assignment.congress_id,
        assignment=assignment,
        deadline=clock,
        missed_on=clock.due_on,
        text=draft_text(clock, on=on),
        prepared_at=NOW + (on - TODAY),
    )


def released_notice(
    assignment: Assignment,
    *,
    by: Membership | None = None,
    at: datetime | None = None,
    answer_by: date | None = None,
) -> SupervisionNotice:
    """Release the draft on a receipt, on the day it was prepared."""
    draft = prepared_notice(assignment)
    at = at or draft.prepared_at
    return notice_papers.release_notice(
        draft.pk,
        text=draft.text,
        answer_by=answer_by or at.date() + timedelta(days=7),
        by=by or staff_of(assignment.suggestion),
        at=at,
    )
