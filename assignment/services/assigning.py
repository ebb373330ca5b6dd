"""Assign a case to units, or pass it to a system's office that chooses them (交办、转办)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from assignment import clocks, grants
from assignment.models import Assignment, Batch, Referral
from assignment.people import name_of, people_of_offices, working_committee_of
from assignment.services.handing_over import NotInStageToAssign, hand_over, refuse_recused
from assignment.services.orders import Order, Terms
from common.refusals import Refusal
from congress.models import Office
from notices import services as notices
from notices.models import Alert
from suggestions import deadlines, timeline
from suggestions.models import Audience, Deadline
from suggestions.stages import Stage
from suggestions.workflow import lock_case


class AssignedByColleague(Refusal):
    def __init__(self, assignment: Assignment):
        super().__init__(
            f"{name_of(assignment.assigned_by)}已将本建议交办给{assignment.unit}，请刷新后查看。"
        )


class ReferredAlready(Refusal):
    def __init__(self, referral: Referral):
        super().__init__(f"本建议已转{referral.office}办理，尚未办结。")


class ReferralEnded(Refusal):
    def __init__(self, referral: Referral):
        super().__init__(f"这次转办已由{name_of(referral.ended_by)}办结（{referral.ended_why}）。")


class OutsideTheSystem(Refusal):
    def __init__(self, office: Office, units: str):
        super().__init__(f"{units}不属于{office}归口的系统，跨系统交办请退回代表工委。")


@transaction.atomic
def assign(
    suggestion_id: int, *, orders: Sequence[Order], terms: Terms, by: Membership, at: datetime
) -> list[Assignment]:
    """
    Assign a case that waits for it to units (交办).

    :raises AssignedByColleague: if somebody was faster.
    :raises Refusal: if the stage, a unit or the mix of roles does not allow it.
    """
    case = lock_case(suggestion_id)
    _refuse_if_assigned(case.pk, case.stage)
    return hand_over(case, orders, terms, by=by, at=at)


@transaction.atomic
def add_units(
    suggestion_id: int, *, orders: Sequence[Order], terms: Terms, by: Membership, at: datetime
) -> list[Assignment]:
    """
    Add units to a case that is in hands already (增加承办单位).

    :raises Refusal: if the stage, a unit or the mix of roles does not allow it.
    """
    case = lock_case(suggestion_id)
    if case.stage == Stage.REGISTERED:
        raise NotInStageToAssign(case)
    return hand_over(case, orders, terms, by=by, at=at)


@transaction.atomic
def refer(
    suggestion_id: int,
    *,
    office: Office,
    by: Membership,
    at: datetime,
    advice: str = "",
    batch: Batch | None = None,
) -> Referral:
    """
    Pass a case to the office of a system, which chooses the units inside it (转办).

    :raises AssignedByColleague: if somebody was faster.
    :raises ReferredAlready: if the office has it already.
    """
    case = lock_case(suggestion_id)
    _refuse_if_assigned(case.pk, case.stage)
    if case.stage != Stage.REGISTERED:
        raise NotInStageToAssign(case)
    refuse_recused(case, by)
    earlier = Referral.objects.filter(suggestion=case, office=office).open().first()
    if earlier:
        raise ReferredAlready(earlier)

    deadline = deadlines.start(
        Deadline.Kind.REFERRAL,
        clock="referral",
        holder=office,
        starts_on=timezone.localdate(at),
        case=case,
    )
    referral = Referral.objects.create(
        suggestion=case,
        office=office,
        advice=advice.strip(),
        batch=batch,
        referred_at=at,
        referred_by=by,
        deadline=deadline,
    )
    clocks.meet_assigning(case, at=at)
    grants.sync(case)
    timeline.add(case, "refer", f"转{office}确定承办单位", by=by, at=at, note=referral.advice)
    notices.post(
        to=people_of_offices([office], on=timezone.localdate(at)),
        text=f"请于{deadline.due_on:%m月%d日}前确定承办单位：{case}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )
    return referral


@transaction.atomic
def assign_within_system(
    referral_id: int, *, orders: Sequence[Order], terms: Terms, by: Membership, at: datetime
) -> list[Assignment]:
    """
    Choose units of one's own system for a case passed on by 代表工委 (归口交办).

    :raises ReferralEnded: if a colleague was faster.
    :raises OutsideTheSystem: if a unit belongs to another system.
    """
    case = lock_case(_case_of_referral(referral_id))
    referral = _open_referral(referral_id)
    _refuse_strangers(referral.office, orders)
    # Before the mix is checked: this office has made its choice, nothing more comes from it.
    _end(referral, "已交办", by=by, at=at)
    deadlines.meet(referral.deadline, at=at)
    return hand_over(case, orders, terms, by=by, at=at, referral=referral)


@transaction.atomic
def send_referral_back(referral_id: int, *, why: str, by: Membership, at: datetime) -> None:
    """
    Give a case back to 代表工委 because it does not belong to one's system (退回代表工委).

    :raises ReferralEnded: if a colleague was faster.
    """
    case = lock_case(_case_of_referral(referral_id))
    referral = _open_referral(referral_id)
    refuse_recused(case, by)
    _end(referral, "退回代表工委", by=by, at=at)
    deadlines.meet(referral.deadline, at=at)
    committee = working_committee_of(case.congress)
    if (
        case.stage == Stage.REGISTERED
        and not Referral.objects.filter(suggestion=case).open().exists()
    ):
        clocks.start_assigning(case, committee, at=at)
    grants.sync(case)
    text = f"{referral.office}退回，请重新确定交办"
    timeline.add(
        case, "send_referral_back", text, by=by, at=at, note=why, audience=Audience.OFFICES
    )
    notices.post(
        to=people_of_offices([committee], on=timezone.localdate(at)),
        text=f"{referral.office}退回转办：{case}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )


def _refuse_if_assigned(suggestion_id: int, stage: str) -> None:
    if stage == Stage.REGISTERED:
        return
    live = Assignment.objects.filter(suggestion_id=suggestion_id, assigned_by__isnull=False).live()
    first = live.select_related("unit", "assigned_by__user").order_by("pk").first()
    if first:
        raise AssignedByColleague(first)


def _case_of_referral(referral_id: int) -> int:
    return Referral.objects.values_list("suggestion_id", flat=True).get(pk=referral_id)


def _open_referral(referral_id: int) -> Referral:
    """Read the referral again under the lock of its case."""
    referral = Referral.objects.select_related("office", "ended_by__user", "deadline").get(
        pk=referral_id
    )
    if referral.ended_at:
        raise ReferralEnded(referral)
    return referral


def _refuse_strangers(office: Office, orders: Sequence[Order]) -> None:
    strangers = [order.unit for order in orders if order.unit.system.office_id != office.pk]
    if strangers:
        raise OutsideTheSystem(office, "、".join(unit.name for unit in strangers))


def _end(referral: Referral, why: str, *, by: Membership, at: datetime) -> None:
    referral.ended_at, referral.ended_by, referral.ended_why = at, by, why
    referral.save(update_fields=["ended_at", "ended_by", "ended_why"])
