"""Co-signers from a sheet they signed by hand (纸质联名): as good as a confirmation online."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from common.refusals import Refusal
from congress.models import Deputy
from notices.services import post
from suggestions import notices, rules
from suggestions.attachments import attach
from suggestions.models import Attachment, Audience, CoSigner, Suggestion
from suggestions.services.cosigning import (
    NobodyChosen,
    check_can_sign,
    note,
    put_down,
    tell_lead,
)
from suggestions.stages import Stage
from suggestions.workflow import lock_case


class SignaturesClosed(Refusal):
    def __init__(self, case: Suggestion):
        super().__init__(f"建议现在的状态是“{case.get_stage_display()}”，不能再录入纸质联名。")


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
    check_can_sign(case, deputies, on_paper=True)
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
            put_down(row, CoSigner.State.CONFIRMED, way=CoSigner.Way.PAPER, by=by, at=at)
    if case.stage != Stage.DRAFT:
        case.proposer = Suggestion.Proposer.JOINT
        case.save(update_fields=["proposer"])
    names = "、".join(deputy.name for deputy in deputies)
    note(case, "sign_on_paper", f"录入纸质联名：{names}", by=by, at=at)
    _tell_signers(case, deputies, by=by, at=at)
    return sheet


def _tell_signers(
    case: Suggestion, deputies: Sequence[Deputy], *, by: Membership, at: datetime
) -> None:
    day = timezone.localdate(at)
    text = f"{by.seat_name}已按纸质签名将您录为《{case.title}》的联名代表。如有不符，请与其联系。"
    post(to=notices.deputies(list(deputies), on=day), text=text, about=case, at=at)
    names = "、".join(deputy.name for deputy in deputies)
    tell_lead(case, f"《{case.title}》已录入纸质联名：{names}。", at=at)
