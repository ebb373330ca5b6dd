"""The page on which nothing late is invisible: scope, totals, who was told."""

from datetime import date

import pytest
from django.http import QueryDict

from common.listing import make_listing
from notices.models import Alert
from suggestions import deadlines
from suggestions.models import Deadline
from suggestions.registry import actions_for
from supervision.filters import DutyFilter
from supervision.selectors import overview, waiting
from supervision.selectors.panel import supervision_panel, urgeable
from supervision.services import grading
from supervision.services.reminders import remind
from tests.factories import NOW, TODAY
from tests.factories import congress as bodies
from tests.factories.assignment import accepted_assignment, case_to_assign, handed_over_case
from tests.factories.supervision import designated_case, urged

LATER = date(2026, 6, 20)


def holders(actor, on=LATER) -> set[tuple[str, str]]:
    return {
        (duty.kind, str(duty.holder))
        for duty in overview.as_rows(overview.late_and_soon(actor, on=on))
    }


@pytest.fixture
def case(unit, other_unit, deputy, staff):
    """Return a case with a lead, a supporter, a silent deputy and a slow office."""
    case = handed_over_case(unit, other_unit, roles=["lead", "support"], lead=deputy.deputy)
    for kind, clock, holder in [
        (Deadline.Kind.FEEDBACK, "feedback", deputy.deputy),
        (Deadline.Kind.RELEASE, "release", staff.office),
    ]:
        deadlines.start(kind, clock=clock, holder=holder, starts_on=TODAY, case=case)
    return case


ALL = {
    ("sign", "市交通运输局"),
    ("contact", "市交通运输局"),
    ("reply", "市交通运输局"),
    ("sign", "市教育局"),
    ("opinion", "市教育局"),
    ("feedback", "王代表"),
}


class TestScope:
    def test_staff_see_everybody_themselves_included(self, case, staff):
        assert holders(staff) == ALL | {("release", str(staff.office))}

    def test_what_is_without_a_case_is_not_forgotten(self, unit, staff):
        Deadline.objects.create(
            congress=unit.congress,
            kind=Deadline.Kind.REVIEW,
            holder_unit=unit,
            starts_on=TODAY,
            due_on=TODAY,
        )

        assert holders(staff) == {("review", str(unit))}

    def test_an_office_sees_the_units_of_its_system(self, case, system_office):
        assert holders(system_office) == ALL - {("feedback", "王代表")}

    def test_a_unit_sees_its_own(self, case, clerk, other_clerk, outsider):
        assert holders(clerk) == {row for row in ALL if row[1] == "市交通运输局"}
        assert holders(other_clerk) == {row for row in ALL if row[1] == "市教育局"}
        assert holders(outsider) == set()

    def test_a_committee_sees_what_it_tracks(self, case, committee, committee_member, staff):
        assert holders(committee_member) == set()
        designated_case(case, committee=committee, by=staff)

        assert holders(committee_member) == ALL | {("release", str(staff.office))}

    def test_a_delegation_sees_its_silent_deputies(self, case, secretary, other_secretary):
        assert holders(secretary) == {("feedback", "王代表")}
        assert holders(other_secretary) == set()

    def test_another_congress_sees_nothing(self, case, other_staff):
        assert holders(other_staff) == set()

    def test_rights_met_duties_and_far_days_are_left_out(self, unit, staff):
        assignment = accepted_assignment(unit)

        assert holders(staff, on=date(2026, 3, 24)) == {("contact", str(unit))}
        deadlines.meet(assignment.contact_deadline, at=NOW)
        assert holders(staff, on=date(2026, 3, 24)) == set()


class TestFigures:
    def test_each_figure_is_the_number_of_its_rows(self, case, staff, rf):
        request = rf.get("/")
        request.actor = staff
        duties = overview.late_and_soon(staff, on=LATER)

        for figure in overview.figures(duties, actor=staff, on=LATER):
            listing = make_listing(
                QueryDict(figure.query),
                duties,
                filters=DutyFilter,
                headings=overview.HEADINGS,
                default_sort="due",
                filter_context={"request": request, "on": LATER},
            )
            assert (figure.label, listing.total) == (figure.label, figure.count)

    def test_they_come_from_one_query(self, case, staff, django_assert_num_queries):
        with django_assert_num_queries(1):
            figures = overview.figures(
                overview.late_and_soon(staff, on=LATER), actor=staff, on=LATER
            )

        assert {figure.label: figure.count for figure in figures} == {
            "逾期": 7,
            "承办单位逾期": 5,
            "其中协办意见": 1,
            "代表逾期": 1,
            "机关自身逾期": 1,
            "七日内到期": 0,
            "全部逾期和临期": 7,
        }

    def test_a_unit_has_no_figures_of_others(self, case, clerk):
        duties = overview.late_and_soon(clerk, on=LATER)

        labels = [figure.label for figure in overview.figures(duties, actor=clerk, on=LATER)]

        assert labels == ["逾期", "七日内到期", "全部逾期和临期"]


class TestFilters:
    def test_each_narrows_the_list(self, case, staff, rf):
        request = rf.get("/")
        request.actor = staff
        expected = {
            "q=充电桩": 7,
            "q=没有的": 0,
            "kind=reply": 1,
            "holder=deputy": 1,
            "key=1": 0,
            "state=week": 0,
        }

        found = {
            query: DutyFilter(
                QueryDict(query),
                overview.late_and_soon(staff, on=LATER),
                request=request,
                on=LATER,
            ).qs.count()
            for query in expected
        }

        assert found == expected


class TestWhatWasDone:
    def rows(self, actor) -> list[overview.Row]:
        duties = overview.as_rows(overview.late_and_soon(actor, on=LATER))
        return overview.with_what_was_done(duties.order_by("pk"), actor=actor, on=LATER)

    def test_shows_who_was_told_last_and_whether_the_clerk_opened_it(
        self, unit, clerk, unit_head, staff
    ):
        assignment = accepted_assignment(unit, by=clerk)
        deadlines.meet(assignment.contact_deadline, at=NOW)
        for on in (date(2026, 6, 2), date(2026, 6, 10)):
            remind(on=on, at=NOW + (on - TODAY))
        Alert.objects.filter(recipient=clerk, rung=-1).update(read_at=NOW)

        [row] = self.rows(staff)

        assert (row.told_on, row.days_late) == (date(2026, 6, 10), 11)
        assert row.told == [
            overview.Told(str(clerk.user), True, True),
            overview.Told(str(unit_head.user), False, False),
        ]

    def test_shows_the_last_urging(self, case, unit, staff, system_office):
        assignment = case.assignments.get(unit=unit)
        urged(assignment, by=staff)
        last = urged(assignment, by=system_office, at=NOW.replace(hour=5))

        of_unit = [row for row in self.rows(staff) if row.deadline.holder_unit == unit]

        assert {row.urged for row in of_unit} == {last}
        assert {row.assignment for row in of_unit} == {assignment}

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries_do_not_grow(self, count, unit, staff, django_assert_num_queries):
        for _ in range(count):
            accepted_assignment(unit)
        duties = list(overview.as_rows(overview.late_and_soon(staff, on=LATER)))

        with django_assert_num_queries(4):
            overview.with_what_was_done(duties, actor=staff, on=LATER)


class TestPanel:
    def test_there_is_none_where_nothing_was_done(self, unit, staff):
        assert supervision_panel(staff, case_to_assign(unit.congress), TODAY) is None

    def test_a_leading_official_is_enough(self, case, official, staff):
        grading.grade(case.pk, grade=None, led_by=official, by=staff, at=NOW)
        case.refresh_from_db()

        assert supervision_panel(staff, case, TODAY)["led_by"] == official

    def test_a_unit_reads_only_its_own_urgings(
        self, case, unit, other_unit, staff, clerk, other_clerk, deputy
    ):
        own = urged(case.assignments.get(unit=unit), by=staff)

        assert supervision_panel(clerk, case, TODAY)["urgings"] == [own]
        assert supervision_panel(other_clerk, case, TODAY) is None
        assert supervision_panel(deputy, case, TODAY) is None

    def test_lists_the_units_that_may_be_urged(self, case, system_office, congress, staff):
        stranger = bodies.make_unit(congress, congress.systems.get(name="党群"))

        assert [each.unit.name for each in urgeable(system_office, case)] == [
            "市交通运输局",
            "市教育局",
        ]
        assert urgeable(system_office, handed_over_case(stranger)) == []


class TestQueues:
    def test_a_unit_answers_what_it_was_urged_to(self, case, unit, clerk, other_clerk, staff):
        urging = urged(case.assignments.get(unit=unit), by=staff)

        assert list(waiting.urgings_to_answer(clerk)) == [urging]
        assert list(waiting.urgings_to_answer(other_clerk)) == []

    def test_leaders_and_committees_have_their_cases(
        self, case, official, committee, leading_official, committee_member, leader, staff
    ):
        designated_case(case, official, committee, by=staff)

        assert list(waiting.key_cases_of(leading_official)) == [case]
        assert list(waiting.key_cases_of(committee_member)) == [case]
        assert list(waiting.key_cases_of(leader)) == []
        [(case_id, due)] = waiting.key_cases_of(leading_official).values_list(
            "task_case", "task_due"
        )
        assert (case_id, due) == (case.pk, date(2026, 3, 16))

    def test_deeds_are_offered_to_those_who_may(
        self, case, unit, committee, staff, clerk, committee_member, deputy
    ):
        def offered(actor) -> set[str]:
            mine = {"designate", "change_charge", "grade", "urge", "add_log", "answer_urging"}
            return {action.code for action in actions_for(actor, case)} & mine

        before = offered(staff)
        designated_case(case, committee=committee, by=staff)
        urged(case.assignments.get(unit=unit), by=staff)

        assert before == {"designate", "grade", "urge"}
        assert offered(staff) == {"change_charge", "grade", "urge", "add_log"}
        assert offered(committee_member) == {"add_log", "urge"}
        assert offered(clerk) == {"answer_urging"}
        assert offered(deputy) == set()
