"""Another round, and the end of all work on a case."""

from datetime import date

import pytest

from assignment.models import Assignment, AssignmentRound
from assignment.services import assigning, mix, rounds
from notices.models import Alert
from suggestions.grants import grants_on
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories.assignment import (
    accept,
    asked_return,
    case_to_assign,
    handed_over_case,
    offered_assignment,
    reload,
)
from tests.factories.suggestions import move

State = Assignment.State
DECIDED_ON = date(2026, 7, 1)


@pytest.fixture
def answered(unit, other_unit):
    """Return a case whose lead has answered and whose supporter has given its opinion."""
    case = handed_over_case(unit, other_unit, roles=["lead", "support"])
    for assignment in case.assignments.all():
        accept(assignment)
    case.assignments.update(state=State.DONE)
    case.round = 2
    case.save()
    return case


class TestReopenForRound:
    def test_puts_back_those_that_answer_the_deputy(self, answered, unit, other_unit):
        [again] = rounds.reopen_for_round(answered, starts_on=DECIDED_ON, at=NOW)

        assert (again.unit, reload(again).state) == (unit, State.ACCEPTED)
        assert answered.assignments.get(unit=other_unit).state == State.DONE

    def test_starts_the_clock_and_the_row_of_the_round(self, answered, clerk):
        [again] = rounds.reopen_for_round(answered, starts_on=DECIDED_ON, at=NOW)

        clock = reload(again).answer_deadline
        assert (clock.kind, clock.due_on) == ("reply", date(2026, 9, 1))
        assert AssignmentRound.objects.filter(assignment=again, round=2).count() == 1
        text = f"请重新办理，2026年09月01日前答复：{answered}"
        assert Alert.objects.filter(recipient=clerk, text=text).count() == 1

    def test_an_earlier_day_may_be_set(self, answered):
        [again] = rounds.reopen_for_round(
            answered, starts_on=DECIDED_ON, at=NOW, answer_by=date(2026, 8, 1)
        )

        assert again.answer_deadline.due_on == date(2026, 8, 1)

    def test_a_unit_that_takes_over_in_that_round_has_its_clock(self, answered, third_unit, staff):
        move(answered, Stage.REHANDLING, "rehandle", "重新办理")
        [again] = rounds.reopen_for_round(answered, starts_on=DECIDED_ON, at=NOW)

        given = mix.replace_unit(again.pk, to=third_unit, why="职责调整", by=staff, at=NOW)

        assert given.answer_deadline.due_on == date(2026, 5, 9)
        assert given.answer_deadline.explanation["clock"] == "rehandle"


class TestStopAll:
    def test_takes_everything_off_units_and_offices(self, unit, other_unit, third_unit, staff):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"])
        asked_return(case.assignments.get(unit=unit), third_unit)

        rounds.stop_all(case, by=staff, at=NOW)

        assert set(case.assignments.values_list("state", "ended_why")) == {
            (State.STOPPED, "代表撤回")
        }
        assert grants_on(case) == set()

    def test_ends_an_open_referral(self, unit, staff, system_office):
        case = case_to_assign(unit.congress)
        referral = assigning.refer(case.pk, office=system_office.office, by=staff, at=NOW)

        rounds.stop_all(case, by=staff, at=NOW)

        referral.refresh_from_db()
        assert (referral.ended_by, referral.ended_why) == (staff, "代表撤回")

    def test_what_was_relieved_before_stays_so(self, unit, other_unit, staff):
        assignment = offered_assignment(unit)
        Assignment.objects.filter(pk=assignment.pk).update(state=State.REASSIGNED)

        rounds.stop_all(assignment.suggestion, by=staff, at=NOW)

        assert reload(assignment).state == State.REASSIGNED
