"""
Withdrawing a filed suggestion (撤回).

重庆2018第十二条: on written request handling ends; 上海2015第十条: a joint one only if all its
co-signers agree. Until when is said by the rules of the day it was filed.
"""

from __future__ import annotations

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role
from common.refusals import Refusal
from notices.models import Alert
from notices.services import post
from suggestions import deadlines, notices, registry, rules, timeline, workflow
from suggestions.attachments import attach
from suggestions.models import (
    Attachment,
    Audience,
    CoSigner,
    OpenReview,
    Suggestion,
    Withdrawal,
    WithdrawalConsent,
)
from suggestions.stages import Stage
from suggestions.workflow import Action, lock_case


class CannotWithdraw(Refusal):
    def __init__(self, case: Suggestion):
        super().__init__(f"建议现在的状态是“{case.get_stage_display()}”，不能再撤回。")


class TookInOthers(Refusal):
    def __init__(self) -> None:
        super().__init__("其他代表的建议已并入本件，不能单独撤回。请联系代表工委。")


class AlreadyAsked(Refusal):
    def __init__(self) -> None:
        super().__init__("撤回申请已经提出，正在征求联名代表意见。")


class WhyMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明撤回的理由。")


class PaperMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("代为录入的，请上传代表签名的书面材料。")


class WithdrawalEnded(Refusal):
    def __init__(self, withdrawal: Withdrawal):
        super().__init__(f"这项撤回申请已经结束：{withdrawal.get_state_display()}。")


class ConsentGiven(Refusal):
    def __init__(self, consent: WithdrawalConsent):
        super().__init__(f"{consent.cosigner.deputy}已表态：{consent.get_state_display()}。")


@transaction.atomic
def ask(
    case_id: int, *, reason: str, scan: UploadedFile | None = None, by: Membership, at: datetime
) -> Withdrawal:
    """
    Ask to withdraw a case: at once if its authors are one, else when every co-signer agrees.

    :raises CannotWithdraw: if the rules of its day or its stage do not allow it to the actor.
    :raises TookInOthers: if others' suggestions were merged into it.
    :raises AlreadyAsked: if a request waits already.
    :raises WhyMissing: if no reason is given.
    :raises PaperMissing: if another person enters the wish without the signed paper.
    """
    case = lock_case(case_id)
    if not rules.may_withdraw(by, case):
        raise CannotWithdraw(case)
    if case.merged_cases.exists():
        raise TookInOthers
    if case.withdrawals.filter(state=Withdrawal.State.WAITING).exists():
        raise AlreadyAsked
    if not reason.strip():
        raise WhyMissing
    request = Withdrawal.objects.create(
        suggestion=case,
        reason=reason,
        asked_at=at,
        asked_by=by,
        request_scan=_paper(case, scan, by=by, at=at),
    )
    waiting = _ask_cosigners(case, request, at=at)
    if waiting:
        text = f"申请撤回，征求{waiting}位联名代表意见"
        _note(case, "ask_to_withdraw", text, note=reason, by=by, at=at)
    else:
        _take_effect(case, request, by=by, at=at)
    return request


@transaction.atomic
def answer(
    consent_id: int,
    *,
    agrees: bool,
    scan: UploadedFile | None = None,
    by: Membership,
    at: datetime,
) -> Withdrawal:
    """
    Say yes or no to a withdrawal as a co-signer, or enter what one has written.

    The last yes withdraws the case; a no ends the request. If the final reply came meanwhile the
    request lapses.

    :raises WithdrawalEnded: if the request is no longer open.
    :raises ConsentGiven: if this co-signer has answered already.
    :raises PaperMissing: if another person enters the answer without the signed paper.
    """
    case, consent = _locked_consent(consent_id)
    request = consent.withdrawal
    if request.state != Withdrawal.State.WAITING:
        raise WithdrawalEnded(request)
    if not rules.may_consent(by, consent):
        raise ConsentGiven(consent)
    consent.scan = _paper(case, scan, by=by, at=at)
    states = WithdrawalConsent.State
    consent.state = states.AGREED if agrees else states.REFUSED
    consent.answered_at, consent.answered_by = at, by
    consent.save()
    text = f"{consent.cosigner.deputy}{consent.get_state_display()}"
    _note(case, "answer_withdrawal", text, by=by, at=at)
    if not agrees:
        _close(request, Withdrawal.State.REFUSED, at=at)
        _tell_lead(
            case, f"{consent.cosigner.deputy}不同意撤回《{case.title}》，撤回申请已结束。", at=at
        )
    elif case.stage not in rules.withdrawable_stages(case):
        _close(request, Withdrawal.State.CANCELLED, at=at)
        _tell_lead(case, f"《{case.title}》已不能撤回，撤回申请已结束。", at=at)
    elif not request.consents.exclude(state=states.AGREED).exists():
        _take_effect(case, request, by=by, at=at)
    return request


@transaction.atomic
def cancel(withdrawal_id: int, *, by: Membership, at: datetime) -> Withdrawal:
    """
    Take back one's own request to withdraw.

    :raises WithdrawalEnded: if it is no longer open.
    """
    case_id = Withdrawal.objects.values_list("suggestion_id", flat=True).get(pk=withdrawal_id)
    case = lock_case(case_id)
    request = Withdrawal.objects.get(pk=withdrawal_id)
    request.suggestion = case
    if not rules.may_cancel_withdrawal(by, request):
        raise WithdrawalEnded(request)
    _close(request, Withdrawal.State.CANCELLED, at=at)
    _note(case, "cancel_withdrawal", "取消撤回申请", by=by, at=at)
    asked = request.consents.values_list("cosigner__deputy_id", flat=True)
    post(
        to=notices.deputies(list(asked), on=timezone.localdate(at)),
        text=f"《{case.title}》不再申请撤回。",
        about=case,
        at=at,
    )
    return request


def _ask_cosigners(case: Suggestion, request: Withdrawal, *, at: datetime) -> int:
    if not rules.withdrawal_needs_all(case):
        return 0
    signed = list(case.cosigners.filter(state=CoSigner.State.CONFIRMED))
    for row in signed:
        consent = WithdrawalConsent.objects.create(withdrawal=request, cosigner=row)
        post(
            to=notices.deputies([row.deputy_id], on=timezone.localdate(at)),
            text=f"{case.lead_deputy}代表申请撤回您联名的《{case.title}》，请表明是否同意。",
            about=case,
            kind=Alert.Kind.TASK,
            link=reverse("suggestions:consent", args=[consent.pk]),
            at=at,
        )
    return len(signed)


def _take_effect(case: Suggestion, request: Withdrawal, *, by: Membership, at: datetime) -> None:
    day = timezone.localdate(at)
    # Asked before the later stages take their grants away.
    at_work = list(notices.bodies_on(case, on=day))
    concerned = [*notices.authors_of(case, on=day), *_reviewers(case, at=at)]
    registry.stop_work_on(case, by=by, at=at)
    deadlines.end_all(case, why="代表撤回", at=at)
    OpenReview.objects.filter(suggestion=case).delete()
    case.cosigners.filter(state=CoSigner.State.INVITED).delete()
    workflow.advance(case, Action.WITHDRAW, by=by, at=at, note=request.reason)
    _close(request, Withdrawal.State.DONE, at=at)
    name = f"{case.number_text}《{case.title}》"
    post(to=concerned, text=f"代表已撤回{name}，办理终止。", about=case, at=at)
    # They see the case no longer: its number says which it was.
    text = f"代表已撤回{case.number_text}建议，办理终止。"
    post(to=at_work, text=text, about=case, link="", at=at)


def _reviewers(case: Suggestion, *, at: datetime) -> list[Membership]:
    day = timezone.localdate(at)
    if case.stage == Stage.DELEGATION_REVIEW:
        return list(notices.first_reviewers_of(case, on=day))
    return list(notices.reviewers_of(case, on=day))


def _paper(
    case: Suggestion, scan: UploadedFile | None, *, by: Membership, at: datetime
) -> Attachment | None:
    """Keep the signed paper; only a deputy's own deed needs none."""
    if scan is None:
        if by.role != Role.DEPUTY:
            raise PaperMissing
        return None
    purpose = Attachment.Purpose.WITHDRAWAL
    return attach(case, scan, purpose=purpose, audience=Audience.NOT_UNITS, by=by, at=at)


def _locked_consent(consent_id: int) -> tuple[Suggestion, WithdrawalConsent]:
    rows = WithdrawalConsent.objects.select_related("withdrawal", "cosigner__deputy")
    case = lock_case(rows.get(pk=consent_id).withdrawal.suggestion_id)
    consent = rows.get(pk=consent_id)
    consent.withdrawal.suggestion = case
    return case, consent


def _close(request: Withdrawal, state: Withdrawal.State, *, at: datetime) -> None:
    request.state, request.ended_at = state, at
    request.save(update_fields=["state", "ended_at"])


def _tell_lead(case: Suggestion, text: str, *, at: datetime) -> None:
    post(to=notices.lead_of(case, on=timezone.localdate(at)), text=text, about=case, at=at)


def _note(
    case: Suggestion, action: str, text: str, *, by: Membership, at: datetime, note: str = ""
) -> None:
    timeline.add(case, action, text, note=note, by=by, at=at, audience=Audience.NOT_UNITS)
