"""Signing for items and handing them to clerks."""

import pytest

from assignment.models import Assignment, AssignmentRound
from assignment.services import accepting
from assignment.services.accepting import AcceptedAlready, NotInHand, NotTheirUnit
from assignment.services.handing_over import Recused
from assignment.workflow import MoveNotAllowed
from notices.models import Alert
from suggestions.models import Audience, StageEvent
from tests.factories import NOW, TODAY
from tests.factories.accounts import make_member
from tests.factories.assignment import (
    accepted_assignment,
    asked_return,
    handed_over_case,
    offered_assignment,
    reload,
)

State = Assignment.State


class TestAccept:
    def test_marks_who_signed_when_and_meets_the_clock(self, unit, clerk):
        assignment = offered_assignment(unit)

        accepting.accept(assignment.pk, by=clerk, at=NOW)

        signed = reload(assignment)
        assert (signed.state, signed.accepted_at, signed.accepted_by, signed.clerk) == (
            State.ACCEPTED,
            NOW,
            clerk,
            clerk,
        )
        assert signed.sign_deadline.met_at == NOW
        assert AssignmentRound.objects.get(assignment=signed).accepted_on == TODAY

    def test_a_head_who_signs_does_not_become_the_clerk(self, unit, unit_head):
        assignment = offered_assignment(unit)

        accepting.accept(assignment.pk, by=unit_head, at=NOW)

        assert reload(assignment).clerk is None

    def test_it_is_done_once(self, unit, clerk, unit_head):
        assignment = accepted_assignment(unit, by=clerk)

        with pytest.raises(AcceptedAlready, match="03月09日10:00"):
            accepting.accept(assignment.pk, by=unit_head, at=NOW)

    def test_what_was_taken_back_cannot_be_signed_for(self, unit, clerk):
        assignment = offered_assignment(unit)
        Assignment.objects.filter(pk=assignment.pk).update(state=State.REASSIGNED)

        with pytest.raises(MoveNotAllowed, match="已改办"):
            accepting.accept(assignment.pk, by=clerk, at=NOW)

    def test_a_deputy_of_the_case_leaves_it_to_a_colleague(self, unit, deputy):
        both = make_member("clerk", unit, user=deputy.user)
        assignment = offered_assignment(unit, lead=deputy.deputy)

        with pytest.raises(Recused):
            accepting.accept(assignment.pk, by=both, at=NOW)


class TestAcceptMany:
    def test_reports_each_item(self, unit, clerk, unit_head):
        waiting, signed = offered_assignment(unit), accepted_assignment(unit, by=unit_head)

        results = accepting.accept_many([signed.pk, waiting.pk], by=clerk, at=NOW)

        assert [(result.case, result.went) for result in results] == [
            (waiting.suggestion, True),
            (signed.suggestion, False),
        ]


class TestDelegate:
    def test_hands_the_item_to_a_clerk_and_tells_only_the_unit(self, unit, clerk, unit_head):
        assignment = accepted_assignment(unit, by=unit_head)

        accepting.delegate(assignment.pk, clerk=clerk, by=unit_head, at=NOW)

        event = StageEvent.objects.filter(action="delegate").get()
        assert reload(assignment).clerk == clerk
        assert (event.audience, event.unit) == (Audience.UNIT, unit)
        assert Alert.objects.filter(recipient=clerk, text__contains="分派给您承办").count() == 1

    @pytest.mark.parametrize("who", ["other_clerk", "unit_head"])
    def test_only_a_clerk_of_the_unit_can_have_it(self, request, unit, unit_head, who):
        assignment = accepted_assignment(unit, by=unit_head)

        with pytest.raises(NotTheirUnit):
            accepting.delegate(
                assignment.pk, clerk=request.getfixturevalue(who), by=unit_head, at=NOW
            )

    def test_a_clerk_who_proposed_the_case_cannot_have_it(self, unit, unit_head, deputy):
        both = make_member("clerk", unit, user=deputy.user)
        case = handed_over_case(unit, lead=deputy.deputy)

        with pytest.raises(Recused):
            accepting.delegate(case.assignments.get().pk, clerk=both, by=unit_head, at=NOW)

    def test_what_is_being_returned_stays_where_it_is(self, unit, other_unit, clerk, unit_head):
        assignment = offered_assignment(unit)
        asked_return(assignment, other_unit)

        with pytest.raises(NotInHand):
            accepting.delegate(assignment.pk, clerk=clerk, by=unit_head, at=NOW)
