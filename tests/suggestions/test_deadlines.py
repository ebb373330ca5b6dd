"""The clocks of a case: how they start, stop and move."""

from datetime import date, timedelta

import pytest

from suggestions import deadlines
from suggestions.deadlines import DeadlineHasEnded
from suggestions.models import Deadline
from tests.factories import NOW, TODAY
from tests.factories import congress as bodies
from tests.factories.suggestions import registered_case, reload

pytestmark = pytest.mark.django_db
Kind = Deadline.Kind


@pytest.fixture
def case(deputy, session):
    return registered_case(deputy.deputy)


def start(case, unit, **fields):
    given = {"clock": "reply_normal", "holder": unit, "starts_on": TODAY, "case": case}
    return deadlines.start(Kind.REPLY, **given | fields)


class TestStart:
    def test_by_the_rules_of_its_first_day(self, case, unit):
        clock = start(case, unit)

        assert (clock.due_on, clock.holder, clock.source, clock.congress) == (
            date(2026, 6, 9),
            unit,
            Deadline.Source.RULE,
            case.congress,
        )
        assert clock.explanation["clock"] == "reply_normal"
        assert clock.profile is not None

    def test_an_earlier_day_of_the_batch_counts(self, case, unit):
        clock = start(case, unit, batch_date=date(2026, 5, 31))

        assert (clock.due_on, clock.source) == (date(2026, 5, 31), Deadline.Source.BATCH)

    @pytest.mark.parametrize("day", [date(2026, 8, 31), date(2026, 1, 1)])
    def test_a_later_day_or_one_that_is_past_does_not(self, case, unit, day):
        assert start(case, unit, batch_date=day).due_on == date(2026, 6, 9)

    def test_a_deputy_or_an_office_may_hold_one(self, case, deputy, staff):
        for holder in (deputy.deputy, staff.office):
            assert start(case, holder).holder == holder

    def test_some_belong_to_no_case(self, congress, unit):
        clock = deadlines.start(
            Kind.PROMISE, clock="sign", holder=unit, starts_on=TODAY, congress=congress
        )

        assert (clock.suggestion, clock.congress) == (None, congress)

    def test_an_unknown_clock_is_a_fault(self, case, unit):
        with pytest.raises(KeyError):
            start(case, unit, clock="nothing")


class TestStop:
    def test_what_was_asked_for_is_done(self, case, unit):
        clock = start(case, unit)

        deadlines.meet(clock, at=NOW)
        deadlines.end(clock, why="太迟", at=NOW)

        clock = reload(clock)
        assert (clock.met_at, clock.ended_at) == (NOW, None)

    def test_what_is_no_longer_asked_for_ends_with_a_reason(self, case, unit):
        clock = start(case, unit)

        deadlines.end(clock, why="改办", at=NOW)
        deadlines.meet(clock, at=NOW)

        clock = reload(clock)
        assert (clock.met_at, clock.ended_why, clock.is_open) == (None, "改办", False)

    def test_no_clock_is_no_trouble(self):
        deadlines.meet(None, at=NOW)
        deadlines.end(None, why="无", at=NOW)

    def test_all_of_a_case_or_of_one_holder(self, case, unit, other_unit):
        mine, theirs = start(case, unit), start(case, other_unit)

        deadlines.end_all(case, why="退办", at=NOW, holder=unit)
        assert (reload(mine).is_open, reload(theirs).is_open) == (False, True)

        deadlines.end_all(case, why="代表撤回", at=NOW)
        assert reload(theirs).ended_why == "代表撤回"


class TestExtend:
    def test_the_first_day_is_kept_however_often(self, case, unit):
        clock = start(case, unit)

        for more in (10, 20):
            until = date(2026, 6, 9) + timedelta(days=more)
            deadlines.extend(clock, until=until, why="情况复杂")

        clock = reload(clock)
        assert (clock.extended_from, clock.due_on) == (date(2026, 6, 9), date(2026, 6, 29))

    def test_not_when_it_has_ended(self, case, unit):
        clock = start(case, unit)
        deadlines.meet(clock, at=NOW)

        with pytest.raises(DeadlineHasEnded, match="“答复”的期限已经结束"):
            deadlines.extend(clock, until=date(2026, 7, 1), why="再等等")


class TestLists:
    def test_what_is_late_and_what_is_near(self, case, unit):
        late = deadlines.set_by_hand(
            Kind.PROMISE, holder=unit, starts_on=TODAY, due_on=TODAY, case=case, why="答复"
        )
        near = start(case, unit, clock="sign")
        right = start(case, unit, clock="return_window", is_duty=False)
        tomorrow = TODAY + timedelta(days=1)

        assert list(Deadline.objects.overdue(on=tomorrow)) == [late]
        assert list(Deadline.objects.due_within(days_from=TODAY, days_to=near.due_on)) == [
            late,
            near,
        ]
        assert right in Deadline.objects.open()

    def test_units_do_not_learn_of_clocks_that_follow_a_verdict(self, case, staff, deputy):
        start(case, staff.office, clock="rehandle_decision")
        Deadline.objects.update(kind=Kind.REHANDLE_DECISION)

        assert Deadline.objects.visible_to(staff).count() == 1
        assert Deadline.objects.visible_to(deputy).count() == 1


def test_what_a_ledger_tells_is_kept_as_it_stood(case):
    unit = bodies.make_unit(case.congress)
    row = Deadline(
        congress=case.congress,
        suggestion=case,
        kind=Kind.REPLY,
        holder_unit=unit,
        starts_on=TODAY,
        due_on=TODAY - timedelta(days=3),
        source=Deadline.Source.IMPORTED,
    )

    deadlines.adopt_all([row])

    assert Deadline.objects.get().due_on == TODAY - timedelta(days=3)
