"""Exactly who holds which grant after each step."""

from assignment.services import assigning, mix
from assignment.services.orders import Order, Terms
from suggestions.grants import grants_on
from tests.factories import NOW
from tests.factories import congress as bodies
from tests.factories.assignment import case_to_assign, handed_over_case


def test_answering_units_handle_supporting_units_support_and_offices_assign(
    unit, other_unit, system_office
):
    case = handed_over_case(unit, other_unit, roles=["lead", "support"])

    assert grants_on(case) == {
        (unit.group_id, "handles"),
        (other_unit.group_id, "supports"),
        (system_office.office.group_id, "assigns"),
    }


def test_a_system_without_an_office_brings_none(congress, system_office):
    stranger = bodies.make_unit(congress, congress.systems.get(name="党群"))

    assert grants_on(handed_over_case(stranger)) == {(stranger.group_id, "handles")}


def test_a_referral_lets_its_office_see_the_case_until_it_gives_it_back(unit, staff, system_office):
    case = case_to_assign(unit.congress)

    referral = assigning.refer(case.pk, office=system_office.office, by=staff, at=NOW)
    while_open = grants_on(case)
    assigning.send_referral_back(referral.pk, why="不属本系统", by=system_office, at=NOW)

    assert while_open == {(system_office.office.group_id, "assigns")}
    assert grants_on(case) == set()


def test_a_unit_of_another_congress_sees_by_grant(other_congress, unit, staff):
    above = bodies.make_unit(other_congress)
    case = case_to_assign(unit.congress)

    assigning.assign(case.pk, orders=[Order(above)], terms=Terms(), by=staff, at=NOW)

    assert grants_on(case) == {(above.group_id, "handles")}


def test_a_unit_that_is_replaced_sees_nothing_any_more(
    unit, other_unit, third_unit, staff, system_office
):
    case = handed_over_case(unit, other_unit, roles=["lead", "support"])

    mix.replace_unit(
        case.assignments.get(unit=unit).pk, to=third_unit, why="职责调整", by=staff, at=NOW
    )

    assert grants_on(case) == {
        (third_unit.group_id, "handles"),
        (other_unit.group_id, "supports"),
        (system_office.office.group_id, "assigns"),
    }
