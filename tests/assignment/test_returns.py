"""A unit asks to be relieved; an office decides, in one of two lines of command."""

from datetime import date, timedelta

import pytest

from assignment.models import Assignment, AssignmentRound, ReturnRequest
from assignment.services import mix, returns
from assignment.services.handing_over import UnitNotActive, UnitTwice
from assignment.services.returns import (
    AlreadyDecided,
    AnotherSystem,
    ReturnedOnce,
    ReturnTooLate,
    WindowStillOpen,
)
from assignment.workflow import MoveNotAllowed
from notices.models import Alert
from suggestions.deadlines import DeadlineHasEnded
from suggestions.grants import grants_on
from suggestions.models import Audience, Deadline, StageEvent
from suggestions.stages import Stage
from tests.factories import NOW, TODAY
from tests.factories import congress as bodies
from tests.factories.assignment import (
    accept,
    asked_return,
    handed_over_case,
    offered_assignment,
    reload,
    return_reason_of,
)

State = Assignment.State
LATER = NOW + timedelta(days=30)


@pytest.fixture
def assignment(unit) -> Assignment:
    return offered_assignment(unit)


@pytest.fixture
def stranger(congress):
    """Return a unit of another system, which has no office."""
    return bodies.make_unit(congress, congress.systems.get(name="党群"), name="市委编办")


def open_clocks(case) -> set[str]:
    return set(Deadline.objects.open().filter(suggestion=case).values_list("kind", flat=True))


class TestAskReturn:
    def test_who_asks_has_received(self, assignment, other_unit, clerk):
        request = asked_return(assignment, other_unit, by=clerk)

        asked = reload(assignment)
        assert (asked.state, asked.accepted_by) == (State.RETURNING, clerk)
        assert asked.return_deadline.met_at == NOW
        assert request.deadline.due_on == date(2026, 3, 23)

    def test_the_other_clocks_run_on(self, assignment, other_unit):
        asked_return(assignment, other_unit)

        assert open_clocks(assignment.suggestion) == {"contact", "reply", "return_decision"}

    def test_inside_a_system_its_office_decides(self, assignment, other_unit, system_office):
        request = asked_return(assignment, other_unit)

        assert request.decider == system_office.office
        text = f"请裁定{assignment.unit}的调整申请：{assignment.suggestion}"
        assert Alert.objects.filter(recipient=system_office, text=text).count() == 1

    def test_across_systems_the_committee_decides(self, assignment, stranger, staff):
        assert asked_return(assignment, stranger).decider == staff.office

    def test_in_a_system_without_office_the_committee_decides(self, congress, stranger, staff):
        second = bodies.make_unit(congress, stranger.system)

        assert asked_return(offered_assignment(stranger), second).decider == staff.office

    def test_only_the_unit_and_the_offices_read_why(self, assignment, other_unit):
        asked_return(assignment, other_unit)

        event = StageEvent.objects.get(action="ask_return")
        assert (event.audience, event.unit) == (Audience.UNIT, assignment.unit)

    def test_a_unit_asks_once_on_a_case(self, assignment, other_unit, third_unit, system_office):
        request = asked_return(assignment, other_unit)
        returns.refuse_return(request.pk, note="属你单位职责", by=system_office, at=NOW)

        with pytest.raises(ReturnedOnce):
            asked_return(assignment, third_unit)

    def test_after_its_days_it_is_too_late(self, assignment, other_unit):
        with pytest.raises(ReturnTooLate, match="2026年03月23日"):
            asked_return(assignment, other_unit, at=LATER)

    def test_the_last_day_still_counts(self, assignment, other_unit):
        asked_return(assignment, other_unit, at=NOW + timedelta(days=14))

        assert reload(assignment).state == State.RETURNING

    def test_an_imported_item_has_no_window(self, assignment, other_unit):
        Assignment.objects.filter(pk=assignment.pk).update(return_deadline=None)

        with pytest.raises(ReturnTooLate, match="未予设定"):
            asked_return(assignment, other_unit)

    def test_a_unit_at_work_on_it_cannot_be_proposed(self, unit, other_unit):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"])

        with pytest.raises(UnitTwice):
            asked_return(case.assignments.get(unit=unit), other_unit)

    def test_a_closed_unit_cannot_be_proposed(self, assignment, other_unit):
        other_unit.is_active = False

        with pytest.raises(UnitNotActive):
            asked_return(assignment, other_unit)

    def test_what_is_done_is_not_returned(self, assignment, other_unit):
        accept(assignment)
        Assignment.objects.filter(pk=assignment.pk).update(state=State.DONE)

        with pytest.raises(MoveNotAllowed):
            asked_return(assignment, other_unit)


class TestGrantReturn:
    def test_passes_the_item_on_with_fresh_clocks(
        self, assignment, other_unit, system_office, unit
    ):
        request = asked_return(assignment, other_unit)

        given = returns.grant_return(
            request.pk, to=other_unit, by=system_office, at=NOW + timedelta(days=7)
        )

        left = reload(assignment)
        assert (left.state, left.ended_why[:5]) == (State.REASSIGNED, "申请调整获")
        assert (given.unit, given.role, given.assigned_on) == (
            other_unit,
            "sole",
            TODAY + timedelta(days=7),
        )
        assert given.answer_deadline.due_on == date(2026, 6, 16)
        assert not Deadline.objects.open().filter(holder_unit=unit).exists()
        assert Stage(left.suggestion.stage) == Stage.HANDLING

    def test_the_grants_follow_at_once(self, assignment, other_unit, system_office):
        request = asked_return(assignment, other_unit)

        returns.grant_return(request.pk, to=other_unit, by=system_office, at=NOW)

        assert grants_on(assignment.suggestion) == {
            (other_unit.group_id, "handles"),
            (system_office.office.group_id, "assigns"),
        }

    def test_the_last_unit_gone_the_case_waits_again(self, assignment, stranger, staff):
        request = asked_return(assignment, stranger)

        returns.grant_return(request.pk, by=staff, at=NOW)

        case = reload(assignment).suggestion
        assert (case.stage, case.handling, case.handed_over_on) == ("registered", "", None)
        assert open_clocks(case) == {"assign"}
        assert grants_on(case) == set()

    def test_the_case_stays_while_another_unit_holds_it(
        self, unit, other_unit, third_unit, system_office
    ):
        case = handed_over_case(unit, other_unit, roles=["split", "split"])
        request = asked_return(case.assignments.get(unit=unit), third_unit)

        returns.grant_return(request.pk, by=system_office, at=NOW)

        case.refresh_from_db()
        assert (case.stage, case.handling) == ("handling", "split")

    def test_a_case_left_with_supporters_calls_for_a_lead(
        self, unit, other_unit, third_unit, system_office, staff
    ):
        case = handed_over_case(unit, other_unit, roles=["lead", "support"])
        request = asked_return(case.assignments.get(unit=unit), third_unit)

        returns.grant_return(request.pk, by=system_office, at=NOW)

        text = f"{unit}不再承办，待重新确定承办单位：{case}"
        assert Alert.objects.filter(recipient=staff, text=text).count() == 1

    def test_how_often_it_was_returned_goes_with_the_item(
        self, assignment, other_unit, system_office
    ):
        request = asked_return(assignment, other_unit)

        given = returns.grant_return(request.pk, to=other_unit, by=system_office, at=NOW)

        rounds = AssignmentRound.objects.filter(assignment__in=[assignment, given])
        assert list(rounds.values_list("returned_times", flat=True)) == [1, 1]

    def test_an_office_cannot_give_it_to_another_system(
        self, assignment, other_unit, stranger, system_office
    ):
        request = asked_return(assignment, other_unit)

        with pytest.raises(AnotherSystem):
            returns.grant_return(request.pk, to=stranger, by=system_office, at=NOW)

    def test_it_is_decided_once(self, assignment, other_unit, system_office):
        request = asked_return(assignment, other_unit)
        returns.refuse_return(request.pk, note="属你单位职责", by=system_office, at=NOW)

        with pytest.raises(AlreadyDecided, match="不予调整"):
            returns.grant_return(request.pk, by=system_office, at=NOW)

    def test_a_request_on_a_case_that_ended_is_void(self, assignment, other_unit, system_office):
        request = asked_return(assignment, other_unit)
        Assignment.objects.filter(pk=assignment.pk).update(state=State.STOPPED)

        with pytest.raises(MoveNotAllowed):
            returns.grant_return(request.pk, by=system_office, at=NOW)

    def test_the_deputy_is_told(self, deputy, unit, other_unit, system_office):
        assignment = offered_assignment(unit, lead=deputy.deputy)
        request = asked_return(assignment, other_unit)

        returns.grant_return(request.pk, to=other_unit, by=system_office, at=NOW)

        text = f"您的建议已交由{other_unit}（独办）办理：{assignment.suggestion}"
        assert Alert.objects.filter(recipient=deputy, text=text).count() == 1

    def test_six_months_go_over_with_their_reason(self, unit, other_unit, system_office):
        terms = {"is_hard": True, "hard_reason": "涉及八个部门"}
        assignment = offered_assignment(unit, terms=terms)

        given = returns.grant_return(
            asked_return(assignment, other_unit).pk, to=other_unit, by=system_office, at=NOW
        )

        assert (given.is_hard, given.hard_reason) == (True, "涉及八个部门")

    def test_six_months_without_a_reason_do_not_go_over(self, assignment, other_unit, staff):
        Assignment.objects.filter(pk=assignment.pk).update(is_hard=True)

        given = mix.replace_unit(assignment.pk, to=other_unit, why="职责调整", by=staff, at=NOW)

        assert given.is_hard is False


class TestRefuseReturn:
    def test_the_unit_goes_on_and_is_told_why(self, assignment, other_unit, system_office, clerk):
        request = asked_return(assignment, other_unit)

        returns.refuse_return(request.pk, note="三定方案明确", by=system_office, at=NOW)

        request.refresh_from_db()
        assert reload(assignment).state == State.ACCEPTED
        assert (request.outcome, request.decision_note) == (
            ReturnRequest.Outcome.REFUSED,
            "三定方案明确",
        )
        assert request.deadline.met_at == NOW
        text = f"不予调整，请继续承办：{assignment.suggestion}"
        assert Alert.objects.filter(recipient=clerk, text=text).count() == 1


class TestHandUpReturn:
    def test_the_committee_decides_with_days_of_its_own(
        self, assignment, other_unit, stranger, system_office, staff
    ):
        request = asked_return(assignment, other_unit)
        first = request.deadline

        returns.hand_up_return(request.pk, note="应归党群系统", by=system_office, at=NOW)

        request.refresh_from_db()
        first.refresh_from_db()
        assert (request.decider, first.met_at) == (staff.office, NOW)
        assert request.deadline.holder == staff.office
        assert returns.grant_return(request.pk, to=stranger, by=staff, at=NOW).unit == stranger


class TestAllowLateReturn:
    def test_opens_the_window_again(self, assignment, other_unit, staff):
        returns.allow_late_return(
            assignment.pk, until=date(2026, 4, 15), why="机构改革", by=staff, at=LATER
        )

        asked_return(assignment, other_unit, at=LATER)
        assert reload(assignment).return_deadline.extended_from == date(2026, 3, 23)

    def test_while_it_is_open_nothing_needs_opening(self, assignment, staff):
        with pytest.raises(WindowStillOpen):
            returns.allow_late_return(
                assignment.pk, until=date(2026, 4, 15), why="机构改革", by=staff, at=NOW
            )

    def test_who_has_asked_gets_no_second_window(
        self, assignment, other_unit, staff, system_office
    ):
        request = asked_return(assignment, other_unit)
        returns.refuse_return(request.pk, note="属你单位职责", by=system_office, at=NOW)

        with pytest.raises(DeadlineHasEnded):
            returns.allow_late_return(
                assignment.pk, until=date(2026, 4, 15), why="再议", by=staff, at=LATER
            )

    def test_what_is_not_in_hand_has_no_window(self, assignment, staff):
        Assignment.objects.filter(pk=assignment.pk).update(state=State.DONE)

        with pytest.raises(MoveNotAllowed):
            returns.allow_late_return(
                assignment.pk, until=date(2026, 4, 15), why="机构改革", by=staff, at=LATER
            )


def test_the_reason_is_one_of_the_congress(assignment):
    assert return_reason_of(assignment.suggestion).congress == assignment.suggestion.congress
