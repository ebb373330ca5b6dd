"""Handing over, and who may be asked what."""

from datetime import date

from assignment.models import Assignment, AssignmentRound
from suggestions.models import Deadline
from suggestions.stages import Stage
from tests.factories import TODAY
from tests.factories.assignment import handed_over_case

Role = Assignment.Role


def clocks_of(unit) -> dict[str, date]:
    return dict(Deadline.objects.open().filter(holder_unit=unit).values_list("kind", "due_on"))


class TestAssign:
    def test_gives_a_sole_unit_all_its_clocks(self, unit, staff):
        case = handed_over_case(unit, by=staff)

        assert Stage(case.stage) == Stage.HANDLING
        assert (case.handling, case.handed_over_on) == ("sole", TODAY)
        assert clocks_of(unit) == {
            "sign": date(2026, 3, 16),
            "return_window": date(2026, 3, 23),
            "contact": date(2026, 4, 7),
            "reply": date(2026, 6, 9),
        }
        assert AssignmentRound.objects.values_list("round", "accepted_on").get() == (1, None)
