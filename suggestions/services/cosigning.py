"""
Co-signing: each deputy's own will, online or on paper, never assumed.

重庆2018第十条, 北京2014第十条: each co-signer confirms that the text says what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from common.refusals import Refusal
from congress.models import Deputy
from notices.models import Alert
from notices.services import post
from suggestions import notices, rules, timeline
from suggestions.attachments import attach
from suggestions.models import Attachment, Audience, CoSigner, Suggestion
from suggestions.selectors import text_mark
from suggestions.stages import Stage
from suggestions.workflow import lock_case


class CannotInvite(Refusal):
    def __init__(self, case: Suggestion):
        if not case.may_be_cosigned:
            super().__init__(
                "这件建议选择了“不接受联名”，请先在“公开方式与办理意愿”中改为可以联名。"
            )
        else:
            super().__init__(f"建议现在的状态是“{case.get_stage_display()}”，不能再邀请联名。")


class CannotCosign(Refusal):
    """This deputy cannot co-sign this case; the sentence names the deputy."""


class InvitationClosed(Refusal):
    def __init__(self) -> None:
        super().__init__("这份联名邀请已经结束：建议已提交，或邀请已被取消。")


class TextHasChanged(Refusal):
    def __init__(self) -> None:
        super().__init__("您阅读期间，标题或具体建议有修改。请阅读新的内容后再确认。")


class SignaturesClosed(Refusal):
    def __init__(self, case: Suggestion):
        super().__init__(f"建议现在的状态是“{case.get_stage_display()}”，不能再录入纸质联名。")


class NobodyChosen(Refusal):
    def __init__(self) -> None:
        super().__init__("请至少选择一位代表。")


@transaction.atomic
def invite(
    case_id: int, deputies: Iterable[Deputy], *, by: Membership, at: datetime
) -> list[CoSigner]:
    """
    Ask deputies of the same term to co-sign (邀请联名); who is asked already is not asked twice.

    :raises CannotInvite: if the case takes no co-signers now.
    :raises CannotCosign: if one of them is of another term, has left or has said no.
    :raises NobodyChosen: if nobody is named.
    """
    case = lock_case(case_id)
    if not rules.may_invite(by, case):
        raise CannotInvite(case)
    chosen = list(deputies)
    if not chosen:
        raise NobodyChosen
    _check_all_can_sign(case, chosen)
    asked = set(case.cosigners.values_list("deputy_id", flat=True))
    rows = [
        CoSigner.objects.create(suggestion=case, deputy=deputy, invited_at=at)
        for deputy in chosen
        if deputy.pk not in asked
    ]
    if rows:
        names = "、".join(row.deputy.name for row in rows)
        _note(case, "invite", f"邀请{names}联名", by=by, at=at)
    for row in rows:
        _ask(case, row, at=at)
    return rows


@transaction.atomic
def uninvite(cosigner_id: int, *, by: Membership, at: datetime) -> Suggestion:
    """
    Take back an invitation, or a co-signer who has confirmed, while the draft is written.

    :raises InvitationClosed: if it is gone already.
    :raises CannotInvite: if the case can no longer be changed.
    """
    case, row = _locked(cosigner_id)
    if not rules.may_edit(by, case):
        raise CannotInvite(case)
    row.delete()
    _note(case, "uninvite", f"取消{row.deputy}的联名邀请", by=by, at=at)
    post(
        to=notices.deputies([row.deputy_id], on=timezone.localdate(at)),
        text=f"{_asker(case)}已取消请您联名《{case.title}》的邀请。",
        about=case,
        link="",
        at=at,
    )
    return case


@transaction.atomic
def confirm(cosigner_id: int, *, mark: str, by: Membership, at: datetime) -> CoSigner:
    """
    Put one's name to the text one has read (确认联名); ``mark`` says which text that was.

    :raises InvitationClosed: if the case was submitted or the invitation taken back.
    :raises TextHasChanged: if the title or an item changed since the page was opened.
    """
    case, row = _locked(cosigner_id)
    if not rules.may_answer_invitation(by, row):
        raise InvitationClosed
    if row.state == CoSigner.State.CONFIRMED:
        return row
    if mark != text_mark(case):
        raise TextHasChanged
    _answer(row, CoSigner.State.CONFIRMED, way=CoSigner.Way.ONLINE, by=by, at=at)
    _note(case, "confirm", f"{row.deputy}确认联名", by=by, at=at)
    _tell_lead(case, f"{row.deputy}已确认联名《{case.title}》。", at=at)
    return row


@transaction.atomic
def decline(cosigner_id: int, *, by: Membership, at: datetime) -> CoSigner:
    """
    Say no to an invitation, or take back one's own confirmation before it is submitted.

    :raises InvitationClosed: if the case was submitted or the invitation taken back.
    """
    case, row = _locked(cosigner_id)
    if not rules.may_answer_invitation(by, row):
        raise InvitationClosed
    _answer(row, CoSigner.State.DECLINED, way=CoSigner.Way.ONLINE, by=by, at=at)
    _note(case, "decline_to_cosign", f"{row.deputy}表示不联名", by=by, at=at)
    _tell_lead(case, f"{row.deputy}表示不联名《{case.title}》。", at=at)
    return row


@transaction.atomic
def record_on_paper(
    case_id: int,
    deputies: Sequence[Deputy],
    scan: UploadedFile,
    *,
    by: Membership,
    at: datetime,
) -> Attachment:
    """
    Enter co-signers from a sheet they signed by hand, with its scan (纸质联名).

    :raises SignaturesClosed: if the actor cannot enter any at this stage.
    :raises NobodyChosen: if nobody is named.
    :raises CannotCosign: if one of them cannot sign this case.
    :raises UploadRefused: if the scan is no file to keep.
    """
    case = lock_case(case_id)
    if not rules.may_record_signatures(by, case):
        raise SignaturesClosed(case)
    if not deputies:
        raise NobodyChosen
    _check_all_can_sign(case, deputies, on_paper=True)
    sheet = attach(
        case,
        scan,
        purpose=Attachment.Purpose.SIGNATURES,
        audience=Audience.NOT_UNITS,
        by=by,
        at=at,
    )
    for deputy in deputies:
        row, _ = CoSigner.objects.get_or_create(
            suggestion=case, deputy=deputy, defaults={"invited_at": at}
        )
        if row.state != CoSigner.State.CONFIRMED:
            row.scan = sheet
            _answer(row, CoSigner.State.CONFIRMED, way=CoSigner.Way.PAPER, by=by, at=at)
    if case.stage != Stage.DRAFT:
        case.proposer = Suggestion.Proposer.JOINT
        case.save(update_fields=["proposer"])
    names = "、".join(deputy.name for deputy in deputies)
    _note(case, "sign_on_paper", f"录入纸质联名：{names}", by=by, at=at)
    _tell_signers(case, deputies, by=by, at=at)
    return sheet


def _locked(cosigner_id: int) -> tuple[Suggestion, CoSigner]:
    """Lock the case of an invitation, then read the invitation as it is under the lock."""
    case_id = (
        CoSigner.objects.filter(pk=cosigner_id).values_list("suggestion_id", flat=True).first()
    )
    if case_id is None:
        raise InvitationClosed
    case = lock_case(case_id)
    row = CoSigner.objects.select_related("deputy").filter(pk=cosigner_id).first()
    if row is None:
        raise InvitationClosed
    row.suggestion = case
    return case, row


def _check_all_can_sign(
    case: Suggestion, deputies: Sequence[Deputy], *, on_paper: bool = False
) -> None:
    lead = case.lead_deputy
    declined = set(
        case.cosigners.filter(state=CoSigner.State.DECLINED).values_list("deputy_id", flat=True)
    )
    for deputy in deputies:
        if lead is None or deputy.term_id != lead.term_id or not deputy.is_active:
            raise CannotCosign(f"{deputy}不是本届在任代表，不能联名。")
        if deputy.pk == lead.pk:
            raise CannotCosign(f"{deputy}是领衔代表，不必再联名。")
        if deputy.pk in declined and not on_paper:
            raise CannotCosign(f"{deputy}已表示不联名，请尊重代表本人的意愿。")


def _answer(
    row: CoSigner, state: CoSigner.State, *, way: CoSigner.Way, by: Membership, at: datetime
) -> None:
    row.state, row.way, row.answered_at, row.answered_by = state, way, at, by
    row.save()


def _ask(case: Suggestion, row: CoSigner, *, at: datetime) -> None:
    post(
        to=notices.deputies([row.deputy_id], on=timezone.localdate(at)),
        text=f"{_asker(case)}请您联名《{case.title or '（尚无标题）'}》，请阅读全文后确认。",
        about=case,
        kind=Alert.Kind.TASK,
        link=reverse("suggestions:cosign", args=[row.pk]),
        at=at,
    )


def _asker(case: Suggestion) -> str:
    return f"{case.lead_deputy}代表"


def _tell_lead(case: Suggestion, text: str, *, at: datetime) -> None:
    post(to=notices.lead_of(case, on=timezone.localdate(at)), text=text, about=case, at=at)


def _tell_signers(
    case: Suggestion, deputies: Sequence[Deputy], *, by: Membership, at: datetime
) -> None:
    day = timezone.localdate(at)
    text = f"{by.seat_name}已按纸质签名将您录为《{case.title}》的联名代表。如有不符，请与其联系。"
    post(to=notices.deputies(list(deputies), on=day), text=text, about=case, at=at)
    names = "、".join(deputy.name for deputy in deputies)
    _tell_lead(case, f"《{case.title}》已录入纸质联名：{names}。", at=at)


def _note(case: Suggestion, action: str, text: str, *, by: Membership, at: datetime) -> None:
    timeline.add(case, action, text[:300], by=by, at=at, audience=Audience.NOT_UNITS)
