"""Two people press two buttons at the same moment, on the real database."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from assignment.models import Assignment
from assignment.services import accepting, assigning, returns
from assignment.services.orders import Order, Terms
from common.refusals import Refusal
from suggestions.models import StageEvent
from tests.factories import NOW
from tests.factories.assignment import (
    asked_return,
    case_to_assign,
    offered_assignment,
    reload,
    return_reason_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
State = Assignment.State


def press(*deeds: Callable[[], object]) -> list[str]:
    """Do all deeds at once, each on a connection of its own; return done or why not of each."""
    gate = Barrier(len(deeds))
    outcomes = [""] * len(deeds)

    def run(number: int) -> None:
        try:
            gate.wait()
            deeds[number]()
            outcomes[number] = "done"
        except Refusal as refusal:
            outcomes[number] = str(refusal)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[number]) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_colleagues_assign_the_same_case(unit, other_unit, staff, director):
    case = case_to_assign(unit.congress)

    def give(to, by):
        return lambda: assigning.assign(case.pk, orders=[Order(to)], terms=Terms(), by=by, at=NOW)

    outcomes = press(give(unit, staff), give(other_unit, director))

    assert outcomes.count("done") == 1
    assert any("已将本建议交办给" in outcome for outcome in outcomes)
    assert case.assignments.count() == 1
    assert StageEvent.objects.filter(suggestion=case, action="hand_over").count() == 1


def test_one_grants_while_another_refuses(unit, other_unit, system_office):
    assignment = offered_assignment(unit)
    request = asked_return(assignment, other_unit)

    outcomes = press(
        lambda: returns.grant_return(request.pk, to=other_unit, by=system_office, at=NOW),
        lambda: returns.refuse_return(request.pk, note="属你单位", by=system_office, at=NOW),
    )

    assert outcomes.count("done") == 1
    assert any("已作出裁定" in outcome for outcome in outcomes)
    request.refresh_from_db()
    expected = {"granted": State.REASSIGNED, "refused": State.ACCEPTED}
    assert reload(assignment).state == expected[request.outcome]


def test_signing_while_a_colleague_asks_to_be_relieved(unit, other_unit, clerk, unit_head):
    assignment = offered_assignment(unit)
    reason = return_reason_of(assignment.suggestion)

    outcomes = press(
        lambda: accepting.accept(assignment.pk, by=clerk, at=NOW),
        lambda: returns.ask_return(
            assignment.pk,
            reason=reason,
            explanation="不属我单位",
            proposed_unit=other_unit,
            by=unit_head,
            at=NOW,
        ),
    )

    assert outcomes[1] == "done"
    assert outcomes[0] == "done" or "签收" in outcomes[0]
    assert reload(assignment).state == State.RETURNING
    assert StageEvent.objects.filter(action="accept", text__endswith="签收").count() == 1


def test_two_clerks_sign(unit, clerk, unit_head):
    assignment = offered_assignment(unit)

    outcomes = press(
        lambda: accepting.accept(assignment.pk, by=clerk, at=NOW),
        lambda: accepting.accept(assignment.pk, by=unit_head, at=NOW),
    )

    assert outcomes.count("done") == 1


def test_two_staff_add_the_same_unit(unit, other_unit, staff, director):
    case = offered_assignment(unit).suggestion

    def add(by):
        return lambda: assigning.add_units(
            case.pk, orders=[Order(other_unit, "support")], terms=Terms(), by=by, at=NOW
        )

    outcomes = press(add(staff), add(director))

    assert outcomes.count("done") == 1
    assert case.assignments.count() == 2
