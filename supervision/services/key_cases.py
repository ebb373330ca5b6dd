"""Key suggestions: decided by the 主任会议, led by somebody, with a log (重点督办)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.selectors import members_of
from assignment.models import Assignment
from assignment.people import deputies_of, people_of_units
from common.refusals import Refusal
from congress.models import Committee, Official, SupervisorCategory
from notices import services as notices
from suggestions import timeline
from suggestions.attachments import attach
from suggestions.models import Attachment, Suggestion
from suggestions.stages import NUMBERED_AND_COUNTED, Stage
from suggestions.workflow import lock_case
from supervision import grants
from supervision.models import KeyCase, KeyCaseChange, SupervisionLog
from supervision.services.committees import refuse_own_committee


class KeyAlready(Refusal):
    def __init__(self) -> None:
        super().__init__("本建议已确定为重点督办建议，请刷新后查看。")


class NotToBeSupervised(Refusal):
    def __init__(self, case: Suggestion):
        super().__init__(f"建议当前为“{Stage(case.stage).label}”，不能确定为重点督办。")


class NobodyLeads(Refusal):
    def __init__(self) -> None:
        super().__init__("请至少确定督办领导或者跟踪专委会。")


class HasALog(Refusal):
    def __init__(self) -> None:
        super().__init__("已有督办记录，不能取消重点督办；需要时可以调整督办领导和专委会。")


@dataclass(frozen=True)
class Charge:
    """Who leads a key suggestion, and by which decision (督办责任)."""

    leader: Official | None
    committee: Committee | None
    decided_on: date
    decision: str
    category: SupervisorCategory | None = None

    def check(self, case: Suggestion) -> None:
        """:raises Refusal: if nobody leads, or the committee handles the case itself."""
        if self.leader is None and self.committee is None:
            raise NobodyLeads
        refuse_own_committee(case, self.committee)


@transaction.atomic
def designate(suggestion_id: int, *, charge: Charge, by: Membership, at: datetime) -> KeyCase:
    """
    Enter a case as a key suggestion by decision of the 主任会议 (确定重点督办).

    :raises KeyAlready: if a colleague was faster.
    :raises NotToBeSupervised: if the case is not numbered, or was withdrawn.
    :raises Refusal: if nobody leads it, or the committee handles it itself.
    """
    case = lock_case(suggestion_id)
    if case.stage not in NUMBERED_AND_COUNTED:
        raise NotToBeSupervised(case)
    if KeyCase.objects.filter(suggestion=case).exists():
        raise KeyAlready
    charge.check(case)
    key_case = KeyCase(congress_id=case.congress_id, suggestion=case, created_at=at, created_by=by)
    _charge(key_case, charge)
    grants.sync(case)
    timeline.add(
        case,
        "designate_key",
        f"确定为重点督办建议：{leaders_line(key_case)}"[:300],
        by=by,
        at=at,
        note=charge.decision,
    )
    _tell(case, key_case, f"已确定为重点督办建议（{leaders_line(key_case)}）", at=at)
    return key_case


@transaction.atomic
def change_charge(
    key_case_id: int, *, charge: Charge, why: str, by: Membership, at: datetime
) -> None:
    """
    Give a key suggestion other leaders, keeping who led it before (调整督办责任).

    :raises Refusal: if nobody would lead it, or the committee handles it itself.
    """
    case = lock_case(_case_of(key_case_id))
    key_case = _read(key_case_id)
    charge.check(case)
    before = leaders_line(key_case)
    KeyCaseChange.objects.create(
        key_case=key_case,
        category=key_case.category,
        leader=key_case.leader,
        committee=key_case.committee,
        decided_on=key_case.decided_on,
        decision=key_case.decision,
        why=why.strip(),
        at=at,
        by=by,
    )
    _charge(key_case, charge)
    grants.sync(case)
    text = f"督办责任由“{before}”调整为“{leaders_line(key_case)}”"
    timeline.add(case, "change_key", text[:300], by=by, at=at, note=why.strip())
    _tell(case, key_case, f"督办责任已调整（{leaders_line(key_case)}）", at=at)


@transaction.atomic
def remove(key_case_id: int, *, why: str, by: Membership, at: datetime) -> None:
    """
    Take a case off the list of key suggestions before anything was done (取消重点督办).

    :raises HasALog: if its log has an entry.
    """
    case = lock_case(_case_of(key_case_id))
    key_case = _read(key_case_id)
    if SupervisionLog.objects.filter(key_case=key_case).exists():
        raise HasALog
    _tell(case, key_case, "不再列为重点督办建议", at=at)
    key_case.delete()
    grants.sync(case)
    timeline.add(case, "remove_key", "不再列为重点督办建议", by=by, at=at, note=why.strip())


@transaction.atomic
def add_log(
    key_case_id: int,
    *,
    kind: str,
    happened_on: date,
    text: str,
    by: Membership,
    at: datetime,
    place: str = "",
    people: str = "",
    upload: UploadedFile | None = None,
) -> SupervisionLog:
    """
    Add what was done or asked for to the log of a key suggestion (督办记录).

    :raises HappensLater: if the day has yet to come.
    :raises Refusal: if the file cannot be kept.
    """
    case = lock_case(_case_of(key_case_id))
    key_case = _read(key_case_id)
    if happened_on > timezone.localdate(at):
        raise HappensLater
    paper = (
        attach(case, upload, purpose=Attachment.Purpose.SUPERVISION, by=by, at=at)
        if upload
        else None
    )
    entry = SupervisionLog.objects.create(
        key_case=key_case,
        kind=kind,
        happened_on=happened_on,
        place=place.strip(),
        people=people.strip(),
        text=text.strip(),
        attachment=paper,
        at=at,
        by=by,
    )
    timeline.add(
        case,
        "supervise",
        f"督办：{entry.get_kind_display()}（{happened_on:%Y年%m月%d日}）",
        by=by,
        at=at,
        note=entry.text,
    )
    _tell(case, key_case, f"有新的督办记录（{entry.get_kind_display()}）", at=at)
    return entry


class HappensLater(Refusal):
    def __init__(self) -> None:
        super().__init__("督办记录的日期不能晚于今天。")


def leaders_line(key_case: KeyCase) -> str:
    """Name who leads a key suggestion: 督办领导 and 跟踪专委会."""
    named = []
    if key_case.leader:
        named.append(f"督办领导 {key_case.leader}")
    if key_case.committee:
        named.append(f"跟踪 {key_case.committee}")
    return "，".join(named) or "未定"


def _charge(key_case: KeyCase, charge: Charge) -> None:
    key_case.category = charge.category or (charge.leader.category if charge.leader else None)
    key_case.leader, key_case.committee = charge.leader, charge.committee
    key_case.decided_on, key_case.decision = charge.decided_on, charge.decision.strip()
    key_case.save()


def _case_of(key_case_id: int) -> int:
    return KeyCase.objects.values_list("suggestion_id", flat=True).get(pk=key_case_id)


def _read(key_case_id: int) -> KeyCase:
    """Read the key suggestion again under the lock of its case."""
    return KeyCase.objects.select_related("leader", "committee", "category").get(pk=key_case_id)


def _tell(case: Suggestion, key_case: KeyCase, what: str, *, at: datetime) -> None:
    on = timezone.localdate(at)
    live = Assignment.objects.filter(suggestion=case).live().select_related("unit")
    seats: dict[str, Any] = {
        "committee": [key_case.committee_id] if key_case.committee_id else [],
        "official": [key_case.leader_id] if key_case.leader_id else [],
    }
    told = [
        *people_of_units((assignment.unit for assignment in live), on=on),
        *members_of(on=on, **seats),
        *deputies_of(case, on=on),
    ]
    notices.post(to=told, text=f"{what}：{case}", about=case, at=at)
