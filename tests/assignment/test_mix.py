"""代表工委 replaces and ends units of a case in hand."""

import pytest

from assignment import registry
from assignment.models import Assignment
from assignment.services import assigning, mix
from assignment.services.mix import (
    AnswersAlone,
    DecideTheRequestFirst,
    NoLongerInHand,
    SupportsWouldBeLeft,
)
from assignment.services.taking_off import NeedsAnotherUnit
from suggestions.models import Deadline
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories.assignment import (
    accept,
    asked_return,
    case_to_assign,
    hand_over,
    handed_over_case,
    offered_assignment,
    reload,
)
from tests.factories.suggestions import move

State = Assignment.State


def roles_of(case) -> dict[str, str]:
    return dict(case.assignments.live().values_list("unit__name", "role"))


class TestReplaceUnit:
    def test_the_other_unit_takes_the_role(self, unit, other_unit, third_unit, staff):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"])

        mix.replace_unit(
            case.assignments.get(unit=unit).pk, to=third_unit, why="职责调整", by=staff, at=NOW
        )

        assert roles_of(case) == {third_unit.name: "lead", other_unit.name: "support"}

    def test_a_promise_of_the_unit_keeps_its_clock(self, unit, other_unit, staff):
        assignment = offered_assignment(unit)
        promise = Deadline.objects.create(
            congress=unit.congress,
            suggestion=assignment.suggestion,
            kind=Deadline.Kind.PROMISE,
            holder_unit=unit,
            starts_on=NOW.date(),
            due_on=NOW.date(),
        )

        mix.replace_unit(assignment.pk, to=other_unit, why="职责调整", by=staff, at=NOW)

        promise.refresh_from_db()
        assert promise.is_open

    def test_a_request_is_decided_first(self, unit, other_unit, third_unit, staff):
        assignment = offered_assignment(unit)
        asked_return(assignment, other_unit)

        with pytest.raises(DecideTheRequestFirst):
            mix.replace_unit(assignment.pk, to=third_unit, why="职责调整", by=staff, at=NOW)

    def test_what_is_done_is_not_replaced(self, unit, other_unit, staff):
        assignment = offered_assignment(unit)
        Assignment.objects.filter(pk=assignment.pk).update(state=State.DONE)

        with pytest.raises(NoLongerInHand):
            mix.replace_unit(assignment.pk, to=other_unit, why="职责调整", by=staff, at=NOW)

    def test_those_above_hear_of_it_under_the_lock(self, unit, other_unit, staff, monkeypatch):
        heard = []
        monkeypatch.setattr(registry, "_followers", {})
        registry.register_mix_follower(
            "test", lambda case, *, ended, by, at: heard.append((case, ended))
        )
        assignment = offered_assignment(unit)

        mix.replace_unit(assignment.pk, to=other_unit, why="职责调整", by=staff, at=NOW)

        case = assignment.suggestion
        assert heard == [(case, []), (case, [assignment])]


class TestEndAssignment:
    def test_the_last_supporter_gone_the_lead_is_sole(self, unit, other_unit, staff):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"])

        mix.end_assignment(
            case.assignments.get(unit=other_unit).pk, why="无需协办", by=staff, at=NOW
        )

        case.refresh_from_db()
        assert (case.handling, roles_of(case)) == ("sole", {unit.name: "sole"})

    def test_what_nobody_signed_for_may_be_taken_back(self, unit, staff):
        assignment = offered_assignment(unit)

        mix.end_assignment(assignment.pk, why="交办有误", by=staff, at=NOW)

        left = reload(assignment)
        assert (left.state, left.suggestion.stage) == (State.REASSIGNED, "registered")

    def test_while_an_office_has_the_case_the_committee_owes_no_hand_over(
        self, unit, staff, system_office
    ):
        case = case_to_assign(unit.congress)
        assigning.refer(case.pk, office=system_office.office, by=staff, at=NOW)
        [given] = hand_over(case, [(unit, "lead")], by=staff)

        mix.end_assignment(given.pk, why="交办有误", by=staff, at=NOW)

        kinds = Deadline.objects.open().filter(suggestion=case).values_list("kind", flat=True)
        assert list(kinds) == ["referral"]

    def test_the_deputy_keeps_a_unit_that_answers(self, unit, staff):
        assignment = accept(offered_assignment(unit))

        with pytest.raises(AnswersAlone):
            mix.end_assignment(assignment.pk, why="交办有误", by=staff, at=NOW)

    def test_supporters_are_not_left_alone(self, unit, other_unit, staff):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"])

        with pytest.raises(SupportsWouldBeLeft):
            mix.end_assignment(case.assignments.get(unit=unit).pk, why="交办有误", by=staff, at=NOW)

    def test_one_of_two_split_units_may_go(self, unit, other_unit, staff):
        case = handed_over_case(unit, other_unit, roles=["split", "split"])

        mix.end_assignment(case.assignments.get(unit=unit).pk, why="并入", by=staff, at=NOW)

        assert roles_of(case) == {other_unit.name: "split"}

    def test_a_case_in_re_handling_needs_somebody(self, unit, staff):
        assignment = offered_assignment(unit)
        move(assignment.suggestion, Stage.REHANDLING, "rehandle", "重新办理")

        with pytest.raises(NeedsAnotherUnit):
            mix.end_assignment(assignment.pk, why="交办有误", by=staff, at=NOW)
        assert reload(assignment).state == State.OFFERED
