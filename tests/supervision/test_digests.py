"""The digest of the week: once, on its day, with the numbers of the supervision page."""

from datetime import date, timedelta

import pytest

from notices.models import Alert
from suggestions import deadlines
from supervision.models import Digest, DigestRow
from supervision.selectors import digests as selectors
from supervision.selectors import overview
from supervision.services.reminders import remind
from tests.factories import NOW, TODAY
from tests.factories.assignment import accepted_assignment, handed_over_case
from tests.factories.supervision import released_notice

pytestmark = pytest.mark.django_db
Section = DigestRow.Section
DUE = date(2026, 6, 9)
MONDAY = date(2026, 6, 15)


def run(on: date) -> None:
    remind(on=on, at=NOW + (on - TODAY))


def made() -> list[date]:
    return list(Digest.objects.order_by("made_on").values_list("made_on", flat=True).distinct())


def counts(digest: Digest) -> dict[str, int]:
    return {figure.section: figure.count for figure in selectors.figures(digest) if figure.count}


def weekly(member) -> list[str]:
    found = Alert.objects.filter(recipient=member, text__startswith="每周情况摘要")
    return list(found.order_by("pk").values_list("text", flat=True))


@pytest.fixture
def assignment(unit, clerk):
    return accepted_assignment(unit, by=clerk)


class TestItsDay:
    def test_is_the_monday_and_once(self, assignment, staff):
        for day in range(8, 23):
            run(date(2026, 6, day))

        # 19 June is the Dragon Boat Festival (端午节); the Mondays are worked.
        assert made() == [date(2026, 6, 8), MONDAY, date(2026, 6, 22)]
        assert len(weekly(staff)) == 3

    def test_is_the_first_working_day_after_a_monday_off(self, staff):
        for day in (4, 5, 6, 7, 8):
            run(date(2026, 4, day))  # Qingming: 4 to 6 April

        assert made() == [date(2026, 4, 7)]

    def test_a_week_off_has_none_and_the_next_one_covers_it(self, staff):
        for on in (date(2026, 9, 28), *(date(2026, 10, day) for day in range(1, 9))):
            run(on)

        assert list(Digest.objects.order_by("week").values_list("week", "since", "made_on")) == [
            (date(2026, 9, 28), date(2026, 9, 21), date(2026, 9, 28)),
            (date(2026, 10, 5), date(2026, 9, 28), date(2026, 10, 8)),
        ]

    def test_after_a_gap_it_is_made_when_the_scheduler_is_back(self, staff):
        run(date(2026, 6, 8))
        run(date(2026, 6, 18))  # down for ten days, over a Monday

        assert made() == [date(2026, 6, 8), date(2026, 6, 18)]
        assert Digest.objects.last() is not None
        assert Digest.objects.get(made_on=date(2026, 6, 18)).since == date(2026, 6, 8)


class TestItsNumbers:
    def test_count_what_became_due_late_cleared_and_released(self, unit, clerk, staff, other_unit):
        run(date(2026, 6, 8))
        late = accepted_assignment(unit, by=clerk)
        deadlines.meet(late.contact_deadline, at=NOW)
        done = accepted_assignment(unit, by=clerk)
        deadlines.meet(done.contact_deadline, at=NOW)
        deadlines.meet(done.answer_deadline, at=NOW + (date(2026, 6, 12) - TODAY))
        released_notice(late, by=staff, at=NOW + (date(2026, 6, 12) - TODAY))

        run(MONDAY)

        digest = Digest.objects.get(office=staff.office, made_on=MONDAY)
        assert counts(digest) == {
            Section.DUE: 2,
            Section.LATE: 1,
            Section.NEW_LATE: 1,
            Section.CLEARED: 1,
            Section.RELEASED: 1,
        }
        assert weekly(staff)[-1] == (
            "每周情况摘要（06月08日至06月14日）：到期2项，现有逾期1项（新增1项），"
            "逾期后完成1项，签发督办通知单1份。"
        )

    def test_equal_the_lists_of_the_supervision_page(
        self, unit, other_unit, clerk, staff, system_office, other_system_office
    ):
        for _ in range(2):
            accepted_assignment(unit, by=clerk)
        handed_over_case(unit, other_unit, roles=["lead", "support"])

        run(MONDAY)

        for actor in (staff, system_office, other_system_office):
            duties = overview.late_and_soon(actor, on=MONDAY)
            page = {
                figure.query: figure.count
                for figure in overview.figures(duties, actor=actor, on=MONDAY)
            }
            digest = Digest.objects.get(office=actor.office)
            late = selectors.rows_of(digest, Section.LATE).values_list("deadline_id", flat=True)
            assert set(late) == set(
                duties.filter(overview.is_late(MONDAY)).values_list("pk", flat=True)
            )
            found = counts(digest)
            assert (found.get(Section.LATE, 0), found.get(Section.WEEK, 0)) == (
                page["state=late"],
                page["state=week"],
            )

    def test_stay_what_they_were(self, assignment, staff):
        run(MONDAY)
        digest = Digest.objects.get(office=staff.office)
        before = counts(digest)

        deadlines.meet(assignment.answer_deadline, at=NOW + timedelta(days=99))

        assert counts(digest) == before

    def test_nobody_reads_that_of_another_office(self, staff, system_office, other_staff, clerk):
        run(MONDAY)

        offices = {
            actor.role: set(Digest.objects.visible_to(actor).values_list("office", flat=True))
            for actor in (staff, system_office, clerk)
        }
        assert offices == {
            "staff": {staff.office_id},
            "system_office": {system_office.office_id},
            "clerk": set(),
        }
        assert set(Digest.objects.visible_to(other_staff).values_list("office", flat=True)) == {
            other_staff.office_id
        }
