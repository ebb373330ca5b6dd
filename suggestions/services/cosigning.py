"""
Co-signing: each deputy's own will, never assumed. Signatures on paper: ``signatures.py``.

重庆2018第十条, 北京2014第十条: each co-signer confirms that the text says what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from common.refusals import Refusal
from congress.models import Deputy
from notices.models import Alert
from notices.services import post
from suggestions import notices, rules, timeline
from suggestions.models import Audience, CoSigner, Suggestion
from suggestions.selectors import text_mark
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
    check_can_sign(case, chosen)
    asked = set(case.cosigners.values_list("deputy_id", flat=True))
    rows = [
        CoSigner.objects.create(suggestion=case, deputy=deputy, invited_at=at)
        for deputy in chosen
        if deputy.pk not in asked
    ]
    if rows:
        names = "、".join(row.deputy.name for row in rows)
        note(case, "invite", f"邀请{names}联名", by=by, at=at)
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
    note(case, "uninvite", f"取消{row.deputy}的联名邀请", by=by, at=at)
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
    put_down(row, CoSigner.State.CONFIRMED, way=CoSigner.Way.ONLINE, by=by, at=at)
    note(case, "confirm", f"{row.deputy}确认联名", by=by, at=at)
    tell_lead(case, f"{row.deputy}已确认联名《{case.title}》。", at=at)
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
    put_down(row, CoSigner.State.DECLINED, way=CoSigner.Way.ONLINE, by=by, at=at)
    note(case, "decline_to_cosign", f"{row.deputy}表示不联名", by=by, at=at)
    tell_lead(case, f"{row.deputy}表示不联名《{case.title}》。", at=at)
    return row


def ask_again(case: Suggestion, *, by: Membership, at: datetime) -> None:
    """Ask all who had confirmed to confirm anew: what they put their name to has changed."""
    signed = case.cosigners.filter(state=CoSigner.State.CONFIRMED)
    asked = list(signed.values_list("deputy_id", flat=True))
    if not asked:
        return
    signed.update(
        state=CoSigner.State.INVITED, way="", answered_at=None, answered_by=None, scan=None
    )
    text = f"标题或具体建议已修改，请{len(asked)}位联名代表重新确认"
    note(case, "ask_again", text, by=by, at=at)
    post(
        to=notices.deputies(asked, on=timezone.localdate(at)),
        text=f"您联名的《{case.title}》修改了标题或具体建议，请重新确认。",
        about=case,
        kind=Alert.Kind.TASK,
        at=at,
    )


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


def check_can_sign(case: Suggestion, deputies: Sequence[Deputy], *, on_paper: bool = False) -> None:
    """
    Check that each deputy can put their name to a locked case; paper outweighs an earlier no.

    :raises CannotCosign: naming the first who cannot.
    """
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


def put_down(
    row: CoSigner, state: CoSigner.State, *, way: CoSigner.Way, by: Membership, at: datetime
) -> None:
    """Keep what a deputy answered, how, when, and by whose hand it was entered."""
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


def tell_lead(case: Suggestion, text: str, *, at: datetime) -> None:
    """Tell the lead deputy of a case."""
    post(to=notices.lead_of(case, on=timezone.localdate(at)), text=text, about=case, at=at)


def note(case: Suggestion, action: str, text: str, *, by: Membership, at: datetime) -> None:
    """Put an entry on the timeline that units do not read."""
    timeline.add(case, action, text[:300], by=by, at=at, audience=Audience.NOT_UNITS)
