"""Who is to handle a case: referrals to an office, assignments, requests to be relieved."""

from assignment.models.assignment import (
    ANSWERING_ROLES,
    ENDED_STATES,
    Assignment,
    AssignmentRound,
)
from assignment.models.objection import Objection
from assignment.models.referral import Batch, Referral
from assignment.models.return_request import ReturnRequest

__all__ = [
    "ANSWERING_ROLES",
    "ENDED_STATES",
    "Assignment",
    "AssignmentRound",
    "Batch",
    "Objection",
    "Referral",
    "ReturnRequest",
]
