"""Verdicts for tests, given by the services that record the real ones."""

from datetime import datetime
from typing import Any

from accounts.models import Membership
from congress.models import DissatisfactionReason, Unit
from evaluation.models import RehandlingDecision, Verdict
from evaluation.selectors import open_receipts
from evaluation.services import closing, verdicts
from evaluation.services.verdicts import Judgement
from suggestions.models import Suggestion
from tests.factories import NOW
from tests.factories.assignment import staff_of
from tests.factories.handling import replied_case
from tests.factories.suggestions import seat_of


def reason_of(case: Suggestion) -> DissatisfactionReason:
    return DissatisfactionReason.objects.filter(congress=case.congress, is_active=True)[0]


def judgements(case: Suggestion, result: str = "satisfied", **fields: Any) -> list[Judgement]:
    """Say the same of every receipt that waits; 不满意 comes with a reason."""
    given: dict[str, Any] = {"attitude": "satisfied", "result": result}
    if result == "dissatisfied":
        given |= {"reasons": [reason_of(case)], "reason_text": "没有回应第二条。"}
    return [Judgement(receipt.pk, **given | fields) for receipt in open_receipts(case)]


def judge(
    case: Suggestion,
    result: str = "satisfied",
    *,
    by: Membership | None = None,
    at: datetime = NOW,
    **fields: Any,
) -> list[Verdict]:
    """Let the lead deputy judge every receipt of a replied case."""
    lead = case.lead_deputy
    assert lead is not None
    return verdicts.give(case.pk, judgements(case, result, **fields), by=by or seat_of(lead), at=at)


def judged_case(*units: Unit, result: str = "satisfied", at: datetime = NOW, **fields: Any):
    """Return a replied case whose deputy has judged it."""
    case = replied_case(*units, at=at, **fields)
    judge(case, result, at=at)
    return case


def released_case(*units: Unit, result: str = "satisfied", at: datetime = NOW, **fields: Any):
    """Return a case whose verdicts the units have seen."""
    case = judged_case(*units, result=result, at=at, **fields)
    closing.release(case.pk, by=staff_of(case), at=at)
    case.refresh_from_db()
    return case


def rehandled_case(*units: Unit, at: datetime = NOW, **fields: Any):
    """Return a case that is handled again after 不满意."""
    case = released_case(*units, result="dissatisfied", at=at, **fields)
    closing.decide_rehandling(
        case.pk,
        outcome=RehandlingDecision.Outcome.ORDERED,
        reason="请逐条回应第二条。",
        by=staff_of(case),
        at=at,
    )
    case.refresh_from_db()
    return case
