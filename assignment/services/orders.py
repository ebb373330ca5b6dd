"""What one unit is asked, on which terms, and which mixes of roles a case can have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assignment.models import Assignment, Batch
from common.refusals import Refusal
from congress.models import Unit

Role = Assignment.Role


class WrongMix(Refusal):
    """The roles given to units do not go together."""


class NoReasonForLongerTime(Refusal):
    def __init__(self) -> None:
        super().__init__("按六个月办理的，请写明涉及面广、处理难度大的理由，理由将告知代表。")


@dataclass(frozen=True)
class Order:
    """What one unit is asked (交办对象)."""

    unit: Unit
    role: str = Role.SOLE
    part: str = ""


@dataclass(frozen=True)
class Terms:
    """On what terms units are asked (交办要求)."""

    is_hard: bool = False
    hard_reason: str = ""
    requirements: str = ""
    batch: Batch | None = None
    assigned_on: date | None = None

    def check(self) -> None:
        """:raises NoReasonForLongerTime: if six months are given without a reason."""
        if self.is_hard and not self.hard_reason.strip():
            raise NoReasonForLongerTime

    @property
    def asked_for(self) -> str:
        """Return what is asked of the units: of these, else of all in the batch."""
        return self.requirements.strip() or (self.batch.requirements if self.batch else "")

    @property
    def answer_by(self) -> date | None:
        """Return the common date of the batch, if it has one."""
        return self.batch.answer_by if self.batch else None


def check_mix(held: Iterable[str], orders: Sequence[Order], *, more_to_come: bool) -> None:
    """
    Test if new roles go with those that units hold already.

    ``more_to_come``: an office of a system has yet to choose its units, so that the mix need not
    be whole.

    :raises WrongMix: if they do not.
    """
    held = list(held)
    if not orders:
        raise WrongMix("请至少选择一个承办单位。")
    roles = Counter(_as_lead_if_joined(held, orders) + [order.role for order in orders])
    _check_contradictions(roles)
    if any(order.role == Role.SPLIT and not order.part.strip() for order in orders):
        raise WrongMix("分办的，请写明每个单位承办的部分。")
    if not more_to_come:
        _check_whole(roles)


def _as_lead_if_joined(held: list[str], orders: Sequence[Order]) -> list[str]:
    """A sole unit that gets supporting units leads them from then on."""
    joined = all(order.role == Role.SUPPORT for order in orders)
    return [Role.LEAD if role == Role.SOLE and joined else role for role in held]


def _check_contradictions(roles: Counter[str]) -> None:
    if roles[Role.SOLE] and roles.total() > 1:
        raise WrongMix("独办只能有一个承办单位；有其他单位的，请改为主办、协办或者分办。")
    if roles[Role.LEAD] > 1:
        raise WrongMix("主办单位只能有一个；由几个单位分别答复的，请用分办。")
    if roles[Role.LEAD] and roles[Role.SPLIT]:
        raise WrongMix("主办与分办不能同时使用。")


def _check_whole(roles: Counter[str]) -> None:
    if roles[Role.SPLIT] == 1:
        raise WrongMix("分办须有两个以上承办单位。")
    if roles[Role.SUPPORT] and not roles[Role.LEAD] and not roles[Role.SPLIT]:
        raise WrongMix("有协办单位的，须确定一个主办单位。")
