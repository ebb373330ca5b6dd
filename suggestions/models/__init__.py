"""The suggestion, its people and papers, its timeline, its clocks and the grants upon it."""

from suggestions.models.attachment import Attachment
from suggestions.models.cosigner import CoSigner
from suggestions.models.deadline import Deadline
from suggestions.models.grant import SuggestionGroupPermission
from suggestions.models.review import OpenReview, Review
from suggestions.models.suggestion import NumberCounter, Suggestion, SuggestionItem
from suggestions.models.timeline import Audience, StageEvent
from suggestions.models.withdrawal import Withdrawal, WithdrawalConsent

__all__ = [
    "Attachment",
    "Audience",
    "CoSigner",
    "Deadline",
    "NumberCounter",
    "OpenReview",
    "Review",
    "StageEvent",
    "Suggestion",
    "SuggestionGroupPermission",
    "SuggestionItem",
    "Withdrawal",
    "WithdrawalConsent",
]
