"""Who may do what, in which stage and state; and the same role elsewhere never."""

from datetime import timedelta

import pytest

from assignment import rules
from assignment.models import Assignment, Objection
from assignment.services import assigning, objections, returns
from assignment.workflow import MOVES, MoveNotAllowed, move_to, offers
from congress.services.profiles import add_profile_version
from suggestions.stages import Stage
from tests.factories import NOW, TODAY
from tests.factories import congress as bodies
from tests.factories.accounts import make_member
from tests.factories.assignment import (
    asked_return,
    case_to_assign,
    handed_over_case,
    offered_assignment,
)
from tests.factories.suggestions import move

State = Assignment.State
EVERYBODY = [
    "staff",
    "director",
    "session_staff",
    "other_staff",
    "system_office",
    "other_system_office",
    "clerk",
    "unit_head",
    "outsider",
    "outside_head",
    "deputy",
    "other_deputy",
    "secretary",
    "committee_member",
    "leader",
    "leading_official",
    "system_admin",
]
STAFF = {"staff", "director", "session_staff"}
UNIT = {"clerk", "unit_head"}


@pytest.fixture
def people(request):
    return {name: request.getfixturevalue(name) for name in EVERYBODY}


def allowed(people, rule, *objs, **options) -> set[str]:
    return {name for name, actor in people.items() if rule(actor, *objs, **options)}


def stages_of(case, test) -> set[Stage]:
    """Return the stages in which a test holds for a case."""
    held = set()
    for stage in Stage:
        case.stage = stage
        if test(case):
            held.add(stage)
    return held


def states_of(assignment, test) -> set[State]:
    """Return the states in which a test holds for a receipt."""
    held = set()
    for state in State:
        assignment.state = state
        if test(assignment):
            held.add(state)
    return held


@pytest.fixture
def assignment(unit, deputy) -> Assignment:
    return offered_assignment(unit, lead=deputy.deputy)


def test_only_staff_of_the_congress_assign(people, unit):
    case = case_to_assign(unit.congress)

    assert allowed(people, rules.may_assign, case) == STAFF


def test_a_case_is_assigned_while_it_waits(staff, unit):
    case = case_to_assign(unit.congress)

    assert stages_of(case, lambda case: rules.may_assign(staff, case)) == {Stage.REGISTERED}


def test_units_are_changed_while_they_work(people, staff, assignment):
    case = assignment.suggestion

    assert allowed(people, rules.may_change_units, case) == STAFF
    assert stages_of(case, lambda case: rules.may_change_units(staff, case)) == {
        Stage.HANDLING,
        Stage.REHANDLING,
    }


def test_only_what_is_in_hand_is_replaced(staff, assignment):
    assert states_of(assignment, lambda each: rules.may_replace(staff, each)) == {
        State.OFFERED,
        State.ACCEPTED,
    }


def test_who_proposed_the_case_in_another_seat_stands_back(congress, deputy, assignment):
    both = make_member("staff", bodies.working_committee_of(congress), user=deputy.user)

    assert not rules.may_change_units(both, assignment.suggestion)


def test_batches_are_opened_by_staff_and_worked_through_by_offices(people):
    assert allowed(people, rules.may_open_batch) == STAFF | {"other_staff"}
    assert allowed(people, rules.may_use_batch_desk) == STAFF | {
        "other_staff",
        "system_office",
        "other_system_office",
    }


def test_only_the_office_it_was_passed_to_chooses_units(people, unit, staff, system_office):
    case = case_to_assign(unit.congress)
    referral = assigning.refer(case.pk, office=system_office.office, by=staff, at=NOW)

    assert allowed(people, rules.may_assign_within_system, referral) == {"system_office"}


def test_only_the_unit_itself_acts_on_its_item(people, clerk, unit, deputy, assignment):
    both = make_member("clerk", unit, user=deputy.user)
    for rule, states in {
        rules.may_accept: {State.OFFERED},
        rules.may_delegate: {State.OFFERED, State.ACCEPTED},
        rules.may_ask_return: {State.OFFERED, State.ACCEPTED},
    }.items():
        assignment.state = State.OFFERED

        assert allowed(people, rule, assignment) == UNIT
        assert not rule(both, assignment)
        assert states_of(assignment, lambda each, rule=rule: rule(clerk, each)) == states


def test_a_unit_asks_once(clerk, assignment, other_unit, system_office):
    request = asked_return(assignment, other_unit)
    returns.refuse_return(request.pk, note="属你单位职责", by=system_office, at=NOW)
    assignment.refresh_from_db()

    assert assignment.state == State.ACCEPTED
    assert not rules.may_ask_return(clerk, assignment)


def test_inside_a_system_its_office_decides_and_hands_up(people, assignment, other_unit):
    request = asked_return(assignment, other_unit)
    request.assignment.refresh_from_db()

    assert allowed(people, rules.may_decide_return, request) == {"system_office"}
    assert allowed(people, rules.may_hand_up_return, request) == {"system_office"}


def test_what_was_handed_up_the_staff_decide(people, assignment, other_unit, system_office):
    request = asked_return(assignment, other_unit)
    returns.hand_up_return(request.pk, note="应归党群系统", by=system_office, at=NOW)
    request.refresh_from_db()
    request.assignment.refresh_from_db()

    assert allowed(people, rules.may_decide_return, request) == STAFF
    assert allowed(people, rules.may_hand_up_return, request) == set()


def test_a_request_is_decided_once(assignment, other_unit, system_office):
    request = asked_return(assignment, other_unit)
    returns.refuse_return(request.pk, note="属你单位职责", by=system_office, at=NOW)
    request.refresh_from_db()

    assert not rules.may_decide_return(system_office, request)


def test_staff_let_a_unit_ask_late_and_not_before(people, staff, assignment):
    late = TODAY + timedelta(days=30)

    assert allowed(people, rules.may_allow_late_return, assignment, on=late) == STAFF
    assert not rules.may_allow_late_return(staff, assignment, on=TODAY)


def test_where_the_rules_refuse_late_requests_nobody_allows_them(staff, assignment):
    values = {"return_late_policy": "refuse"}
    add_profile_version(staff.congress, values=values, valid_from=TODAY, by=None, at=NOW)

    late = TODAY + timedelta(days=30)
    assert not rules.may_allow_late_return(staff, assignment, on=late)


def test_the_lead_deputy_may_object_for_some_days(people, deputy, assignment):
    case = assignment.suggestion

    assert allowed(people, rules.may_object, case, on=TODAY) == {"deputy"}
    assert rules.may_object(deputy, case, on=TODAY + timedelta(days=7))
    assert not rules.may_object(deputy, case, on=TODAY + timedelta(days=8))
    assert stages_of(case, lambda case: rules.may_object(deputy, case, on=TODAY)) == {
        Stage.HANDLING
    }


def test_for_a_delegation_its_head_objects(head_deputy, deputy, assignment):
    case = assignment.suggestion
    case.lead_deputy = None

    assert rules.may_object(head_deputy, case, on=TODAY)
    assert not rules.may_object(deputy, case, on=TODAY)


def test_before_the_hand_over_there_is_no_last_day(unit, deputy):
    case = case_to_assign(unit.congress, deputy.deputy)

    assert rules.last_day_to_object(case) is None


def test_one_objection_at_a_time_and_staff_answer_it(people, deputy, assignment):
    case = assignment.suggestion
    objection = objections.object_to_units(case.pk, text="应由城管局办", by=deputy, at=NOW)

    assert not rules.may_object(deputy, case, on=TODAY)
    assert allowed(people, rules.may_answer_objection, objection) == STAFF
    Objection.objects.update(answer="已答", answered_at=NOW, answered_by=deputy)
    objection.refresh_from_db()
    assert allowed(people, rules.may_answer_objection, objection) == set()


def test_only_units_have_items(people):
    assert allowed(people, rules.is_of_a_unit) == UNIT | {"outsider", "outside_head"}


def test_every_move_is_allowed_or_refused_in_every_state(assignment):
    for move_, (sources, target) in MOVES.items():
        for state in State:
            assignment.state = state

            assert offers(assignment, move_) is (state in sources)
            if state in sources:
                move_to(assignment, move_, at=NOW, why="理由")
                assert assignment.state == target
            else:
                with pytest.raises(MoveNotAllowed):
                    move_to(assignment, move_, at=NOW)


def test_what_is_withdrawn_is_not_returned(clerk, unit):
    case = handed_over_case(unit)
    move(case, Stage.WITHDRAWN, "withdraw", "撤回")

    assert not rules.may_ask_return(clerk, case.assignments.get())
