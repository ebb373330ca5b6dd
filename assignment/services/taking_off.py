"""
The one way a unit loses a receipt: row, clocks, grants, stage, timeline, people told.

Called by the services of this app under the lock of the case.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from accounts.models import Membership
from assignment import clocks
from assignment.models import Assignment, AssignmentRound, Referral
from assignment.people import (
    deputies_of,
    people_of_offices,
    people_of_units,
    working_committee_of,
)
from assignment.registry import tell_mix_followers
from assignment.services.handing_over import hand_over, settle
from assignment.services.orders import Order, Terms
from assignment.workflow import Move, move_to
from common.refusals import Refusal
from congress.models import Unit
from notices import services as notices
from notices.models import Alert
from suggestions import timeline, workflow
from suggestions.models import Suggestion
from suggestions.stages import Stage
from suggestions.workflow import Action


class NeedsAnotherUnit(Refusal):
    def __init__(self) -> None:
        super().__init__("重新办理中的建议不能没有承办单位，请同时确定改由哪个单位承办。")


def take_off(
    case: Suggestion,
    assignment: Assignment,
    *,
    why: str,
    to: Unit | None,
    by: Membership,
    at: datetime,
) -> Assignment | None:
    """
    Take a receipt off its unit, and give it to another one in the same act where one is named.

    The new unit's clocks start afresh, for it is assigned anew (新的交办之日); the role and the
    part go over. With no unit left the case waits to be assigned again. Returns the new receipt.

    :raises NeedsAnotherUnit: if a case in re-handling would be left without any unit.
    """
    move_to(assignment, Move.REASSIGN, at=at, why=why)
    clocks.end_of(assignment, why="改办", at=at)
    timeline.add(
        case,
        "take_off",
        f"{assignment.unit}不再承办（{assignment.get_role_display()}）",
        by=by,
        at=at,
        note=why,
    )
    _tell_relieved(case, assignment, at=at)
    if to is not None:
        return _pass_on(case, assignment, to, by=by, at=at)

    if not Assignment.objects.filter(suggestion=case).live().exists():
        _wait_again(case, by=by, at=at, why=why)
    settle(case)
    _tell_what_is_left(case, assignment, at=at)
    tell_mix_followers(case, ended=[assignment], by=by, at=at)
    return None


def _pass_on(
    case: Suggestion, assignment: Assignment, to: Unit, *, by: Membership, at: datetime
) -> Assignment:
    terms = Terms(
        is_hard=assignment.is_hard,
        hard_reason=assignment.hard_reason,
        requirements=assignment.requirements,
    )
    if terms.is_hard and not terms.hard_reason:
        terms = Terms(requirements=assignment.requirements)
    [given] = hand_over(
        case,
        [Order(to, assignment.role, assignment.part)],
        terms,
        by=by,
        at=at,
        referral=assignment.referral,
        returned_times=_times_returned(assignment),
        ended=[assignment],
    )
    return given


def _times_returned(assignment: Assignment) -> int:
    rounds = AssignmentRound.objects.filter(assignment=assignment).order_by("-round")
    return rounds.values_list("returned_times", flat=True).first() or 0


def _wait_again(case: Suggestion, *, by: Membership, at: datetime, why: str) -> None:
    if case.stage == Stage.REHANDLING:
        raise NeedsAnotherUnit
    workflow.advance(case, Action.TAKE_BACK, by=by, at=at, note=why)
    case.handed_over_on = None
    case.save(update_fields=["handed_over_on"])
    if not Referral.objects.filter(suggestion=case).open().exists():
        clocks.start_assigning(case, working_committee_of(case.congress), at=at)


def _tell_relieved(case: Suggestion, assignment: Assignment, *, at: datetime) -> None:
    notices.post(
        to=people_of_units([assignment.unit], on=timezone.localdate(at)),
        # From now on the unit sees nothing of the case: its number says which it was.
        text=f"本件不再由贵单位承办：{case.number_text}",
        about=case,
        at=at,
        link="",
    )


def _tell_what_is_left(case: Suggestion, assignment: Assignment, *, at: datetime) -> None:
    on = timezone.localdate(at)
    live = Assignment.objects.filter(suggestion=case).live()
    notices.post(
        to=deputies_of(case, on=on), text=f"{assignment.unit}不再承办：{case}", about=case, at=at
    )
    if not live.answering().exists():
        notices.post(
            to=people_of_offices([working_committee_of(case.congress)], on=on),
            text=f"{assignment.unit}不再承办，待重新确定承办单位：{case}",
            about=case,
            at=at,
            kind=Alert.Kind.TASK,
        )
