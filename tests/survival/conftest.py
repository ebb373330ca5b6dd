"""What the long runs begin with."""

import pytest

from tests.factories import handling as made
from tests.factories.assignment import accepted_assignment


@pytest.fixture
def receipt(unit, deputy, clerk):
    """A sole receipt that its unit has signed for."""
    return made.reload(accepted_assignment(unit, lead=deputy.deputy, by=clerk))
