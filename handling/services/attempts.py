"""Attempts that reached nobody, and the check of 代表工委 (未联系上)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from handling import people
from handling.models import Talk
from handling.people import respondent_of
from handling.services.folding import ATTEMPTS_NEEDED
from handling.services.holding import hold_assignment, hold_talk
from handling.services.talks import check_day, must_wait, settle
from notices.models import Alert
from notices.services import post
from suggestions import timeline

State = Talk.State


@transaction.atomic
def record_attempt(
    assignment_id: int,
    *,
    way: Talk.Way,
    phase: Talk.Phase,
    talked_on: date,
    unit_people: str,
    summary: str,
    place: str = "",
    by: Membership,
    at: datetime,
) -> Talk:
    """
    Put an attempt that reached nobody on record (未联系上), for 代表工委 to check.

    :raises NotInHand: if the unit does not hold the receipt.
    :raises TalkInTheFuture: if the day has not come.
    :raises TalkBeforeHandOver: if the unit did not have the case yet.
    """
    assignment = hold_assignment(assignment_id)
    case = assignment.suggestion
    check_day(assignment, talked_on, at)
    talk = Talk.objects.create(
        assignment=assignment,
        round=case.round,
        deputy=respondent_of(case),
        way=way,
        phase=phase,
        talked_on=talked_on,
        place=place,
        unit_people=unit_people,
        summary=summary,
        state=State.ATTEMPT,
        recorded_at=at,
        recorded_by=by,
    )
    text = f"{assignment.unit}未能联系上代表"
    timeline.add(case, "attempt", text, by=by, at=at, note=f"联系日期{talked_on:%Y年%m月%d日}")
    post(
        to=people.staff_of(case.congress, on=timezone.localdate(at)),
        text=f"{assignment.unit}报告未联系上代表，请核实：{case}",
        about=case,
        at=at,
        kind=Alert.Kind.TASK,
    )
    return talk


@transaction.atomic
def confirm_attempt(talk_id: int, *, by: Membership, at: datetime) -> None:
    """
    Let 代表工委 vouch for an attempt; three of them stand in for a talk (核实未联系上).

    :raises AlreadyHandled: if a colleague was faster.
    """
    talk = hold_talk(talk_id)
    must_wait(talk, State.ATTEMPT)
    settle(talk, State.ATTEMPT_CONFIRMED, by=by, at=at)
    case, unit = talk.assignment.suggestion, talk.assignment.unit
    timeline.add(case, "confirm_attempt", f"代表工委核实{unit}未联系上代表", by=by, at=at)
    confirmed = talk.assignment.talks.filter(round=talk.round).confirmed_attempts().count()
    left = max(0, ATTEMPTS_NEEDED - confirmed)
    rest = f"，还需{left}次" if left else "，可以按期答复"
    post(
        to=people.handlers_of(talk.assignment, on=timezone.localdate(at)),
        text=f"代表工委已核实{talk.talked_on:%m月%d日}的联系记录{rest}：{case}",
        about=case,
        at=at,
    )
