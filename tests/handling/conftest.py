"""The receipts most tests of handling begin with."""

import pytest

from tests.factories import handling as made
from tests.factories.assignment import accept, accepted_assignment, handed_over_case


@pytest.fixture
def receipt(unit, deputy, clerk):
    """A sole receipt that its unit has signed for."""
    given = accepted_assignment(unit, lead=deputy.deputy, by=clerk)
    return made.reload(given)


@pytest.fixture
def shared(unit, other_unit, deputy, clerk, other_clerk):
    """The lead's and the supporter's receipt of one case, both signed for."""
    case = handed_over_case(unit, other_unit, roles=["lead", "support"], lead=deputy.deputy)
    lead, support = case.assignments.order_by("pk")
    accept(lead, by=clerk)
    accept(support, by=other_clerk)
    return made.reload(lead), made.reload(support)


@pytest.fixture
def paper_unit(unit):
    """The unit, when its letters are checked and signed in its own document system."""
    unit.signs_inside = False
    unit.save()
    return unit
