"""Who may do what to a suggestion until it has its number, and withdraw it afterwards."""

from __future__ import annotations

from accounts.models import Membership, Role
from accounts.roles import STAFF_ROLES
from accounts.rules import is_recused
from congress.profile import WithdrawUntil, rules_for
from suggestions.models import CoSigner, Suggestion, Withdrawal, WithdrawalConsent
from suggestions.selectors import first_review_group
from suggestions.stages import Stage

#: Those who may write down a suggestion for a deputy (代录).
PROXY_ROLES = frozenset({Role.DELEGATION_SECRETARY, Role.SESSION_STAFF, Role.STAFF})
WRITABLE = frozenset({Stage.DRAFT, Stage.SENT_BACK})
IN_REVIEW = frozenset({Stage.DELEGATION_REVIEW, Stage.COMMITTEE_REVIEW})
#: Where a withdrawal is thinkable under any local rules.
COULD_BE_WITHDRAWN = (WRITABLE | IN_REVIEW | {Stage.REGISTERED, Stage.HANDLING}) - {Stage.DRAFT}
_BEFORE_HAND_OVER = WRITABLE | IN_REVIEW | {Stage.REGISTERED}


def may_begin(actor: Membership) -> bool:
    """Test if the actor may begin a suggestion, as a deputy or for one (代录)."""
    if actor.role == Role.DEPUTY:
        return bool(actor.deputy and actor.deputy.is_active)
    return actor.role in PROXY_ROLES


def may_enter_for_others(actor: Membership) -> bool:
    """Test if the actor may write down a suggestion for a deputy (代录)."""
    return actor.role in PROXY_ROLES


def may_edit(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may change the text of a case now."""
    return case.stage in WRITABLE and (_is_lead(actor, case) or _is_proxy(actor, case))


def may_submit(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may submit a case now (提交)."""
    return may_edit(actor, case)


def is_writer(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor has written the case, as its lead deputy or for its authors."""
    return _is_lead(actor, case) or case.entered_by_id == actor.pk


def was_just_submitted(actor: Membership, case: Suggestion) -> bool:
    """Test if the case is under review and the actor is who submits it."""
    return case.stage in IN_REVIEW and is_writer(actor, case)


def may_invite(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may ask deputies to co-sign a case (邀请联名)."""
    return (
        may_edit(actor, case)
        and case.may_be_cosigned
        and case.proposer != Suggestion.Proposer.DELEGATION
    )


def is_deputy(actor: Membership) -> bool:
    """Test if the actor acts as a deputy, with pages of their own."""
    return actor.role == Role.DEPUTY


def is_secretary(actor: Membership) -> bool:
    """Test if the actor keeps the papers of a delegation or contact group (联络员)."""
    return actor.role == Role.DELEGATION_SECRETARY


def is_asked(actor: Membership, cosigner: CoSigner) -> bool:
    """Test if an invitation to co-sign is the actor's own, whether it is still open or not."""
    return actor.role == Role.DEPUTY and actor.deputy_id == cosigner.deputy_id


def may_answer_invitation(actor: Membership, cosigner: CoSigner) -> bool:
    """Test if an invitation to co-sign is the actor's to answer, and still open."""
    return (
        is_asked(actor, cosigner)
        and cosigner.state != CoSigner.State.DECLINED
        and cosigner.suggestion.stage in WRITABLE
    )


def may_record_signatures(actor: Membership, case: Suggestion) -> bool:
    """
    Test if the actor may enter co-signers from a signed sheet (纸质联名).

    The secretary as long as the delegation has the case, staff until it has its number.
    """
    if not _serves(actor, case):
        return False
    if case.proposer == Suggestion.Proposer.DELEGATION or not case.may_be_cosigned:
        return False
    if case.stage in WRITABLE:
        return _is_proxy(actor, case) or case.stage == Stage.SENT_BACK
    if actor.role == Role.DELEGATION_SECRETARY:
        return case.stage == Stage.DELEGATION_REVIEW
    return case.stage in IN_REVIEW


def may_first_review(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor checks the case for its delegation or contact group now (初审)."""
    if case.stage != Stage.DELEGATION_REVIEW:
        return False
    group = first_review_group(case)
    if actor.role == Role.DELEGATION_SECRETARY:
        in_charge = actor.delegation_id in {group.pk, case.delegation_id}
        return in_charge and not must_stand_back(actor, case)
    return (
        actor.role == Role.DEPUTY
        and actor.deputy_id == group.head_id
        and not _has_signed(actor, case)
    )


def may_be_first_reviewer(actor: Membership) -> bool:
    """Test if the actor has a queue of first reviews, perhaps an empty one."""
    return actor.role in {Role.DELEGATION_SECRETARY, Role.DEPUTY}


def may_be_reviewer(actor: Membership) -> bool:
    """Test if the actor has a queue of the congress's reviews."""
    return actor.role in STAFF_ROLES


def may_send_back(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may send a case back now, in whichever review it is (退回修改)."""
    return may_first_review(actor, case) or may_review(actor, case)


def may_review(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor decides on the case for the congress now (工委审核)."""
    return case.stage == Stage.COMMITTEE_REVIEW and _is_staff_on(actor, case)


def may_set_aside(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may decline a case or merge it into another now (不作处理、并案)."""
    return case.stage in IN_REVIEW and _is_staff_on(actor, case)


def may_withdraw(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may ask to withdraw the case now (撤回), by the rules of its day."""
    if case.stage not in withdrawable_stages(case):
        return False
    return _is_lead(actor, case) or _is_proxy_of_filed(actor, case)


def may_discard(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may throw away a draft that was never submitted (删除草稿)."""
    return case.stage == Stage.DRAFT and may_edit(actor, case)


def withdrawable_stages(case: Suggestion) -> frozenset[Stage]:
    """Return the stages in which a filed case can be withdrawn, by the rules of its day."""
    if case.proposed_on is None:
        return frozenset()
    stages = _BEFORE_HAND_OVER - {Stage.DRAFT}
    rules = rules_for(case.congress, on=case.proposed_on)
    if rules.withdraw_until == WithdrawUntil.REPLY:
        # Before the final reply: 重庆2018第十二条; 北京2014第十三条 says before hand-over.
        stages |= {Stage.HANDLING}
    return frozenset(stages)


def may_cancel_withdrawal(actor: Membership, withdrawal: Withdrawal) -> bool:
    """Test if the actor may take back a request to withdraw that still waits."""
    case = withdrawal.suggestion
    waiting = withdrawal.state == Withdrawal.State.WAITING
    return waiting and (_is_lead(actor, case) or _is_proxy_of_filed(actor, case))


def withdrawal_needs_all(case: Suggestion) -> bool:
    """Test if every co-signer must agree before a filed case is withdrawn."""
    if case.proposed_on is None:
        return False
    return rules_for(case.congress, on=case.proposed_on).withdraw_needs_all_cosigners


def may_see_consent(actor: Membership, consent: WithdrawalConsent) -> bool:
    """Test if a co-signer's word on a withdrawal is the actor's to give or to enter."""
    if actor.role == Role.DEPUTY:
        return actor.deputy_id == consent.cosigner.deputy_id
    return _serves(actor, consent.withdrawal.suggestion)


def may_consent(actor: Membership, consent: WithdrawalConsent) -> bool:
    """Test if the actor may say yes or no to a withdrawal, for oneself or from paper."""
    return _is_waiting(consent) and may_see_consent(actor, consent)


def _is_waiting(consent: WithdrawalConsent) -> bool:
    return (
        consent.state == WithdrawalConsent.State.WAITING
        and consent.withdrawal.state == Withdrawal.State.WAITING
    )


def _is_lead(actor: Membership, case: Suggestion) -> bool:
    return (
        actor.role == Role.DEPUTY
        and case.lead_deputy_id is not None
        and actor.deputy_id == case.lead_deputy_id
    )


def _is_proxy(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor writes for the authors: who entered it, or whoever has that desk now."""
    if actor.role not in PROXY_ROLES:
        return False
    if case.entered_by_id == actor.pk:
        return True
    entered = case.entered_for_deputy or case.proposer == Suggestion.Proposer.DELEGATION
    return entered and case.stage == Stage.SENT_BACK and _serves(actor, case)


def _is_proxy_of_filed(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may bring a written wish: of a delegation, or of a deputy on paper."""
    lead = case.lead_deputy
    return _serves(actor, case) and (lead is None or lead.works_on_paper)


def _serves(actor: Membership, case: Suggestion) -> bool:
    if actor.role == Role.DELEGATION_SECRETARY:
        return actor.delegation_id in {case.delegation_id, first_review_group(case).pk}
    return actor.role in PROXY_ROLES and actor.congress_id == case.congress_id


def _is_staff_on(actor: Membership, case: Suggestion) -> bool:
    return (
        actor.role in STAFF_ROLES
        and actor.congress_id == case.congress_id
        and not must_stand_back(actor, case)
    )


def must_stand_back(actor: Membership, case: Suggestion) -> bool:
    """Test if the person acting is also a deputy of the case (回避)."""
    return is_recused(
        actor, case.lead_deputy_id, case.cosigners.values_list("deputy_id", flat=True)
    )


def _has_signed(actor: Membership, case: Suggestion) -> bool:
    signed = case.cosigners.filter(deputy=actor.deputy)
    return actor.deputy_id == case.lead_deputy_id or signed.exists()
