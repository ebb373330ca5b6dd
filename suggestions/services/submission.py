"""Submitting a draft to the first review, or straight to the review of 代表工委."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Role
from common.refusals import Refusal
from congress.profile import rules_for
from notices.models import Alert
from notices.services import post
from suggestions import completeness, notices, rules, workflow
from suggestions.models import Audience, CoSigner, Suggestion
from suggestions.selectors import draft_of
from suggestions.services.filing import filing_of, session_to_file_in
from suggestions.services.review_clock import start_review_clock
from suggestions.workflow import Action, lock_case


class NotYoursToSubmit(Refusal):
    def __init__(self, case: Suggestion):
        super().__init__(f"建议现在的状态是“{case.get_stage_display()}”，不能提交。")


class Incomplete(Refusal):
    """The draft lacks something; ``remarks`` say what and where."""

    def __init__(self, remarks: Sequence[completeness.Remark]):
        super().__init__("还不能提交：" + "".join(remark.text for remark in remarks))
        self.remarks = remarks


class OnlyInSession(Refusal):
    def __init__(self) -> None:
        super().__init__("以代表团名义的建议只在大会期间提出。闭会期间请由代表个人或联名提出。")


@transaction.atomic
def submit(case_id: int, *, by: Membership, at: datetime) -> Suggestion:
    """
    Submit a complete draft (提交); invitations without an answer lapse.

    :raises NotYoursToSubmit: if it was submitted already or is not the actor's.
    :raises Incomplete: if the completeness check finds a gap.
    :raises OnlyInSession: if a delegation proposes between sessions (重庆2018第八条).
    :raises NoCurrentSession: if the congress has no current session.
    """
    case = lock_case(case_id)
    if not rules.may_submit(by, case):
        raise NotYoursToSubmit(case)
    gaps = completeness.gates(draft_of(case, is_by_proxy=by.role != Role.DEPUTY))
    if gaps:
        raise Incomplete(gaps)
    if case.proposed_on is None:
        _file(case, at=at)
    dropped = _drop_unanswered(case)
    action = _way_of(case, at=at)
    case.save()
    # Units read that it was submitted, not who kept their name out of it.
    audience = Audience.NOT_UNITS if dropped else Audience.EVERYONE
    workflow.advance(case, action, by=by, at=at, note=_note(dropped), audience=audience)
    if action == Action.SUBMIT_STRAIGHT:
        start_review_clock(case, at=at)
    _tell(case, action, dropped, by=by, at=at)
    return case


def _file(case: Suggestion, *, at: datetime) -> None:
    """Enter it as business of the session that is current when it is first submitted."""
    case.session = session_to_file_in(case.congress)
    case.filing = filing_of(case.session, at=at)
    if (
        case.proposer == Suggestion.Proposer.DELEGATION
        and case.filing != Suggestion.Filing.IN_SESSION
    ):
        raise OnlyInSession
    case.proposed_on = timezone.localdate(at)
    if case.lead_deputy is not None:
        case.delegation = case.lead_deputy.delegation


def _drop_unanswered(case: Suggestion) -> list[CoSigner]:
    unanswered = list(case.cosigners.filter(state=CoSigner.State.INVITED).select_related("deputy"))
    case.cosigners.filter(pk__in=[row.pk for row in unanswered]).delete()
    if case.proposer != Suggestion.Proposer.DELEGATION:
        is_joint = case.cosigners.filter(state=CoSigner.State.CONFIRMED).exists()
        case.proposer = Suggestion.Proposer.JOINT if is_joint else Suggestion.Proposer.SINGLE
    return unanswered


def _way_of(case: Suggestion, *, at: datetime) -> Action:
    """Say who looks first: a delegation's own suggestion bears its head's signature already."""
    if case.proposer == Suggestion.Proposer.DELEGATION:
        return Action.SUBMIT_STRAIGHT
    if case.filing == Suggestion.Filing.IN_SESSION:
        return Action.SUBMIT
    local = rules_for(case.congress, on=timezone.localdate(at))
    return Action.SUBMIT if local.between_sessions_first_review else Action.SUBMIT_STRAIGHT


def _note(dropped: Sequence[CoSigner]) -> str:
    if not dropped:
        return ""
    return "未确认、不列入联名：" + "、".join(row.deputy.name for row in dropped)


def _tell(
    case: Suggestion, action: Action, dropped: Sequence[CoSigner], *, by: Membership, at: datetime
) -> None:
    day = timezone.localdate(at)
    straight = action == Action.SUBMIT_STRAIGHT
    reviewers = notices.reviewers_of if straight else notices.first_reviewers_of
    post(
        to=reviewers(case, on=day),
        text=f"待审核：《{case.title}》（{case.delegation}）",
        about=case,
        kind=Alert.Kind.TASK,
        at=at,
    )
    authors = notices.authors_of(case, on=day).exclude(pk=by.pk)
    post(to=authors, text=f"《{case.title}》已提交，等待审核。", about=case, at=at)
    post(
        to=notices.deputies([row.deputy_id for row in dropped], on=day),
        text=f"《{case.title}》已提交。您没有确认联名，未列入联名代表。",
        about=case,
        link="",
        at=at,
    )
