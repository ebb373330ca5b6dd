"""Who may supervise, log, urge and answer; the same role elsewhere never."""

import pytest

from assignment.models import Assignment
from suggestions.stages import Stage
from supervision import rules
from supervision.services import grading
from tests.factories import NOW
from tests.factories.accounts import make_member
from tests.factories.assignment import handed_over_case
from tests.factories.supervision import designated_case, urged

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
    "deputy",
    "secretary",
    "committee_member",
    "other_committee_member",
    "leader",
    "leading_official",
    "system_admin",
    "security_admin",
    "auditor",
]
NUMBERED = {
    Stage.REGISTERED,
    Stage.HANDLING,
    Stage.REPLIED,
    Stage.REHANDLING,
    Stage.TRACKING,
    Stage.CLOSED,
}


@pytest.fixture
def people(request):
    return {name: request.getfixturevalue(name) for name in EVERYBODY}


def allowed(people, rule, *objs) -> set[str]:
    return {name for name, actor in people.items() if rule(actor, *objs)}


def stages_of(case, test) -> set[Stage]:
    held = set()
    for stage in Stage:
        case.stage = stage
        if test(case):
            held.add(stage)
    return held


@pytest.fixture
def case(unit, deputy):
    return handed_over_case(unit, lead=deputy.deputy)


def test_everyone_but_deputies_and_administrators_oversees(people):
    assert allowed(people, rules.may_oversee) == set(EVERYBODY) - {
        "deputy",
        "system_admin",
        "security_admin",
        "auditor",
    }


def test_the_committee_s_staff_enter_key_suggestions(people, case, staff):
    assert allowed(people, rules.may_designate, case) == {"staff", "director"}
    assert stages_of(case, lambda case: rules.may_designate(staff, case)) == NUMBERED


def test_what_is_key_is_changed_and_not_entered_again(people, case, committee):
    key_case = designated_case(case, committee=committee)

    assert allowed(people, rules.may_designate, case) == set()
    assert allowed(people, rules.may_change_key_case, key_case) == {"staff", "director"}


def test_leader_committee_and_staff_log(people, case, official, committee):
    key_case = designated_case(case, official, committee)

    assert allowed(people, rules.may_log, key_case) == {
        "staff",
        "director",
        "session_staff",
        "committee_member",
        "leading_official",
    }


def test_the_leader_of_the_standing_committee_logs_what_is_theirs(case, leader):
    assert rules.may_log(leader, designated_case(case, leader.official))


def test_who_leads_the_handling_logs_too(case, committee, leading_official, staff):
    key_case = designated_case(case, committee=committee)
    grading.grade(case.pk, grade=None, led_by=leading_official.official, by=staff, at=NOW)
    key_case.refresh_from_db()

    assert rules.may_log(leading_official, key_case)


def test_staff_grade(people, case, staff):
    assert allowed(people, rules.may_grade, case) == {"staff", "director", "session_staff"}
    assert stages_of(case, lambda case: rules.may_grade(staff, case)) == NUMBERED


def test_staff_the_system_s_office_and_the_tracking_committee_urge(people, case, committee):
    assignment = case.assignments.get()
    before = allowed(people, rules.may_urge, assignment)
    designated_case(case, committee=committee)

    assert before == {"staff", "director", "session_staff", "system_office"}
    assert allowed(people, rules.may_urge, assignment) == before | {"committee_member"}


@pytest.mark.parametrize("state", [Assignment.State.REASSIGNED, Assignment.State.STOPPED])
def test_who_no_longer_handles_is_not_urged(staff, case, state):
    assignment = case.assignments.get()
    assignment.state = state

    assert not rules.may_urge(staff, assignment)


def test_what_is_closed_is_not_urged(staff, case):
    assignment = case.assignments.get()
    assignment.suggestion.stage = Stage.CLOSED

    assert not rules.may_urge(staff, assignment)


def test_who_proposed_the_case_does_not_urge_in_another_seat(case, deputy, staff):
    both = make_member("staff", staff.office, user=deputy.user)

    assert not rules.may_urge(both, case.assignments.get())


def test_the_unit_answers_once(people, case, clerk):
    urging = urged(case.assignments.get())

    assert allowed(people, rules.may_answer_urging, urging) == {"clerk", "unit_head"}
    urging.answered_at = NOW
    assert not rules.may_answer_urging(clerk, urging)


def test_those_who_may_urge_at_all(people):
    assert allowed(people, rules.may_urge_many) == {
        "staff",
        "director",
        "session_staff",
        "other_staff",
        "system_office",
        "other_system_office",
        "committee_member",
        "other_committee_member",
    }
