"""Who may do what about the assignment of a case, for the membership one acts in."""

from __future__ import annotations

from datetime import date

from accounts.models import Membership, Role
from accounts.roles import OFFICE_ROLES, STAFF_ROLES, UNIT_ROLES
from assignment import workflow
from assignment.models import Assignment, Objection, Referral, ReturnRequest
from assignment.people import stands_behind
from common import workdays
from congress.calendars import working_calendar
from congress.models import Office
from congress.profile import LateReturn, rules_for
from suggestions.models import Suggestion
from suggestions.stages import Stage

#: Stages in which units may be added to a case or taken off it.
IN_HANDS = {Stage.HANDLING, Stage.REHANDLING}


def is_recused(actor: Membership, case: Suggestion) -> bool:
    """Test if the person is a proposer of this case in another seat (回避)."""
    return actor.role != Role.DEPUTY and stands_behind(actor, case)


def _is_staff_of(actor: Membership, case: Suggestion) -> bool:
    return actor.role in STAFF_ROLES and actor.congress_id == case.congress_id


def may_assign(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may choose units for the case or pass it to an office (交办)."""
    return (
        _is_staff_of(actor, case) and case.stage == Stage.REGISTERED and not is_recused(actor, case)
    )


def may_change_units(actor: Membership, case: Suggestion) -> bool:
    """Test if the actor may add, replace or end units while they work (调整承办单位)."""
    return _is_staff_of(actor, case) and case.stage in IN_HANDS and not is_recused(actor, case)


def may_replace(actor: Membership, assignment: Assignment) -> bool:
    """Test if the actor may put another unit in the place of this one (改由其他单位承办)."""
    return may_change_units(actor, assignment.suggestion) and is_in_hand(assignment)


def may_open_batch(actor: Membership) -> bool:
    """Test if the actor may hand over many cases at once (批量交办)."""
    return actor.role in STAFF_ROLES


def may_assign_within_system(actor: Membership, referral: Referral) -> bool:
    """Test if the actor's office may choose the units of a case passed to it (转办)."""
    return (
        actor.role == Role.SYSTEM_OFFICE
        and actor.office_id == referral.office_id
        and referral.ended_at is None
        and referral.suggestion.stage in {Stage.REGISTERED, *IN_HANDS}
        and not is_recused(actor, referral.suggestion)
    )


def is_in_hand(assignment: Assignment) -> bool:
    """Test if the item waits for its unit or is being handled by it."""
    return assignment.state in {Assignment.State.OFFERED, Assignment.State.ACCEPTED}


def _is_of_the_unit(actor: Membership, assignment: Assignment) -> bool:
    return actor.role in UNIT_ROLES and actor.unit_id == assignment.unit_id


def may_accept(actor: Membership, assignment: Assignment) -> bool:
    """Test if the actor's unit may sign for this item (签收)."""
    return (
        _is_of_the_unit(actor, assignment)
        and workflow.offers(assignment, workflow.Move.ACCEPT)
        and not is_recused(actor, assignment.suggestion)
    )


def may_delegate(actor: Membership, assignment: Assignment) -> bool:
    """Test if the actor may hand the item to a clerk of the unit (分派给个人)."""
    return (
        _is_of_the_unit(actor, assignment)
        and is_in_hand(assignment)
        and not is_recused(actor, assignment.suggestion)
    )


def may_ask_return(actor: Membership, assignment: Assignment) -> bool:
    """Test if the actor's unit may ask to be relieved of this item (申请调整承办单位)."""
    return (
        _is_of_the_unit(actor, assignment)
        and is_in_hand(assignment)
        and assignment.suggestion.stage in IN_HANDS
        and not has_asked_before(assignment)
        and not is_recused(actor, assignment.suggestion)
    )


def has_asked_before(assignment: Assignment) -> bool:
    """Test if the unit has asked to be relieved of this case before: it may do so once."""
    return ReturnRequest.objects.filter(
        assignment__suggestion_id=assignment.suggestion_id, assignment__unit_id=assignment.unit_id
    ).exists()


def may_decide_return(actor: Membership, request: ReturnRequest) -> bool:
    """Test if the actor's office decides this request (裁定调整申请)."""
    case = request.assignment.suggestion
    if (
        request.decided_at
        or request.assignment.state != Assignment.State.RETURNING
        or is_recused(actor, case)
    ):
        return False
    if request.decider.kind == Office.Kind.SYSTEM_OFFICE:
        return actor.role == Role.SYSTEM_OFFICE and actor.office_id == request.decider_id
    return _is_staff_of(actor, case)


def may_allow_late_return(actor: Membership, assignment: Assignment, *, on: date) -> bool:
    """Test if the actor may let a unit ask although its days are over (逾期受理)."""
    case = assignment.suggestion
    window = assignment.return_deadline
    return (
        _is_staff_of(actor, case)
        and is_in_hand(assignment)
        and case.stage in IN_HANDS
        and window is not None
        and window.is_open
        and window.due_on < on
        and rules_for(case.congress, on=on).return_late_policy == LateReturn.OVERRIDE
        and not has_asked_before(assignment)
    )


def may_object(actor: Membership, case: Suggestion, *, on: date) -> bool:
    """Test if the deputy may still say that the units are not the right ones (对交办有意见)."""
    return (
        actor.role == Role.DEPUTY
        and _speaks_for(actor, case)
        and case.stage == Stage.HANDLING
        and (last := last_day_to_object(case)) is not None
        and on <= last
        and not Objection.objects.unanswered().filter(suggestion=case, by=actor).exists()
    )


def _speaks_for(actor: Membership, case: Suggestion) -> bool:
    if case.lead_deputy_id is None:
        return case.delegation.head_id == actor.deputy_id
    return case.lead_deputy_id == actor.deputy_id


def last_day_to_object(case: Suggestion) -> date | None:
    """Find the last day on which a deputy may object to the hand-over; None before it."""
    if case.handed_over_on is None:
        return None
    rule = rules_for(case.congress, on=case.handed_over_on).clock("objection")
    return workdays.add(case.handed_over_on, rule.amount, working_calendar()).due_on


def may_answer_objection(actor: Membership, objection: Objection) -> bool:
    """Test if the actor may answer what a deputy said about the hand-over."""
    return _is_staff_of(actor, objection.suggestion) and objection.answered_at is None


def is_of_a_unit(actor: Membership) -> bool:
    """Test if the actor works for a unit, and so has items of it."""
    return actor.role in UNIT_ROLES


def may_use_batch_desk(actor: Membership) -> bool:
    """Test if the actor assigns many cases: for the congress, or inside a system."""
    return actor.role in OFFICE_ROLES


def may_hand_up_return(actor: Membership, request: ReturnRequest) -> bool:
    """Test if the actor's system office may leave this request to 代表工委."""
    return request.decider.kind == Office.Kind.SYSTEM_OFFICE and may_decide_return(actor, request)
