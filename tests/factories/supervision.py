"""Key suggestions and urgings for tests, made by the services that make the real ones."""

from datetime import datetime
from typing import Any

from accounts.models import Membership
from assignment.models import Assignment
from congress.models import Committee, Official
from suggestions.models import Suggestion
from supervision.models import KeyCase, Urging
from supervision.services import key_cases, urging
from supervision.services.key_cases import Charge
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
