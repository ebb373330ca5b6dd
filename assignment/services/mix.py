"""代表工委 changes the units of a case in hand (调整承办单位)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Membership
from assignment import rules
from assignment.models import Assignment
from assignment.services.accepting import case_of, read_again
from assignment.services.handing_over import refuse_recused
from assignment.services.taking_off import take_off
from common.refusals import Refusal
from congress.models import Unit
from suggestions.models import Suggestion
from suggestions.workflow import lock_case

Role = Assignment.Role


class DecideTheRequestFirst(Refusal):
    def __init__(self, assignment: Assignment):
        super().__init__(f"{assignment.unit}正在申请调整，请先作出裁定。")


class NoLongerInHand(Refusal):
    def __init__(self, assignment: Assignment):
        super().__init__(
            f"{assignment.unit}的承办件现为“{assignment.get_state_display()}”，不能再调整。"
        )


class AnswersAlone(Refusal):
    def __init__(self, assignment: Assignment):
        super().__init__(
            f"{assignment.unit}已签收，且没有其他单位答复代表，请改由其他单位承办，不能直接终止。"
        )


class SupportsWouldBeLeft(Refusal):
    def __init__(self) -> None:
        super().__init__("还有协办单位，请改由其他单位主办，或者先终止协办单位。")


@transaction.atomic
def replace_unit(
    assignment_id: int, *, to: Unit, why: str, by: Membership, at: datetime
) -> Assignment:
    """
    Put another unit in the place of one, in the same role (改由其他单位承办).

    :raises Refusal: if the item or the other unit does not allow it.
    """
    case, assignment = _open(assignment_id, by)
    given = take_off(case, assignment, why=why.strip(), to=to, by=by, at=at)
    assert given is not None  # noqa: S101 - a unit was named
    return given


@transaction.atomic
def end_assignment(assignment_id: int, *, why: str, by: Membership, at: datetime) -> None:
    """
    Take a unit off without another in its place (终止承办、收回交办).

    An item that nobody has signed for may be taken back; later the deputy keeps a unit that
    answers.

    :raises AnswersAlone: if nobody else would answer the deputy.
    :raises Refusal: if the item does not allow it.
    """
    case, assignment = _open(assignment_id, by)
    _keep_an_answer(case, assignment)
    take_off(case, assignment, why=why.strip(), to=None, by=by, at=at)


def _open(assignment_id: int, by: Membership) -> tuple[Suggestion, Assignment]:
    case = lock_case(case_of(assignment_id))
    assignment = read_again(assignment_id)
    refuse_recused(case, by)
    if assignment.state == Assignment.State.RETURNING:
        raise DecideTheRequestFirst(assignment)
    if not rules.is_in_hand(assignment) or case.stage not in rules.IN_HANDS:
        raise NoLongerInHand(assignment)
    return case, assignment


def _keep_an_answer(case: Suggestion, assignment: Assignment) -> None:
    if not assignment.answers:
        return
    others = Assignment.objects.filter(suggestion=case).live().exclude(pk=assignment.pk)
    if others.answering().exists():
        return
    if others.exists():
        raise SupportsWouldBeLeft
    if assignment.state != Assignment.State.OFFERED:
        raise AnswersAlone(assignment)
