"""Who is reminded of what, when, and how often."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from congress.models import RulesProfile
from notices.models import Alert
from suggestions import deadlines
from suggestions.models import Deadline
from supervision.models import Digest, SupervisionNotice
from supervision.services import reminders
from supervision.services.reminders import remind
from supervision.tasks import remind as remind_task
from tests.factories import NOW, TODAY
from tests.factories.accounts import make_member
from tests.factories.assignment import accepted_assignment, handed_over_case, offered_assignment
from tests.together import at_once

REPLY_DUE = date(2026, 6, 9)


def told(member, kind: str = "答复") -> list[tuple[int, date, str]]:
    """Return the reminders of a person: rung, its day, words."""
    rows = Alert.objects.filter(recipient=member, kind=Alert.Kind.DUE, text__startswith=kind)
    return list(rows.order_by("pk").values_list("rung", "day", "text"))


def run(on: date) -> int:
    return remind(on=on, at=NOW + (on - TODAY))


@pytest.fixture
def assignment(unit, clerk):
    return accepted_assignment(unit, by=clerk)


class TestUnits:
    def test_the_clerk_hears_of_the_first_rungs_alone(self, assignment, clerk, unit_head):
        run(date(2026, 5, 25))

        said = f"答复还有15天到期（06月09日）：{assignment.suggestion}"
        assert told(clerk) == [(15, date(2026, 5, 25), said)]
        assert told(unit_head) == []

    def test_the_head_hears_of_it_from_three_days_before(self, assignment, clerk, unit_head):
        run(date(2026, 6, 2))
        run(date(2026, 6, 6))

        said = f"答复还有3天到期（06月09日）：{assignment.suggestion}"
        assert told(unit_head) == told(clerk)[1:] == [(3, date(2026, 6, 6), said)]

    def test_the_local_rules_say_from_when_the_head_hears_of_it(
        self, assignment, clerk, unit_head, congress
    ):
        RulesProfile.objects.create(
            congress=congress,
            version=9,
            valid_from=date(2026, 4, 1),
            values={"head_reminded_from": 7},
        )

        run(date(2026, 6, 2))

        assert [rung for rung, _, _ in told(unit_head)] == [7]

    def test_twice_a_day_adds_nothing(self, assignment, clerk):
        first, second = run(date(2026, 6, 2)), run(date(2026, 6, 2))

        assert first > 0
        assert second == 0
        assert len(told(clerk)) == 1

    def test_after_a_gap_only_the_latest_missed_rung_is_said(self, assignment, clerk):
        run(date(2026, 5, 25))

        run(date(2026, 6, 7))

        assert [(rung, day) for rung, day, _ in told(clerk)] == [
            (15, date(2026, 5, 25)),
            (3, date(2026, 6, 6)),
        ]

    def test_a_day_between_two_rungs_says_nothing_new(self, assignment, clerk):
        run(date(2026, 6, 2))

        run(date(2026, 6, 4))

        assert len(told(clerk)) == 1

    def test_what_is_late_is_said_at_once_and_then_each_week(self, assignment, clerk):
        for day in range(9, 26):
            run(date(2026, 6, day))

        assert [(rung, day.day) for rung, day, _ in told(clerk)] == [
            (0, 9),
            (-1, 10),
            (-8, 17),
            (-15, 24),
        ]

    def test_an_extension_begins_the_ladder_anew(self, assignment, clerk):
        run(date(2026, 6, 2))
        deadlines.extend(assignment.answer_deadline, until=date(2026, 7, 9), why="延期一个月")

        run(date(2026, 7, 2))

        assert [(rung, day) for rung, day, _ in told(clerk)] == [
            (7, date(2026, 6, 2)),
            (7, date(2026, 7, 2)),
        ]

    def test_what_is_met_is_not_said(self, assignment, clerk):
        deadlines.meet(assignment.answer_deadline, at=NOW)

        run(REPLY_DUE)

        assert told(clerk) == []

    def test_a_right_is_no_duty(self, assignment, clerk):
        run(date(2026, 3, 23))

        assert told(clerk, "申请调整窗口") == []

    def test_while_nobody_has_the_item_all_clerks_hear_of_it(self, unit, clerk):
        second = make_member("clerk", unit)
        offered_assignment(unit)

        run(date(2026, 3, 15))

        assert len(told(clerk, "签收")) == len(told(second, "签收")) == 1

    def test_a_colleague_s_item_is_the_colleague_s(self, assignment, unit):
        second = make_member("clerk", unit)

        run(REPLY_DUE)

        assert told(second) == []

    def test_a_unit_without_clerks_has_its_head_told_from_the_first_rung(self, unit, unit_head):
        offered_assignment(unit)

        run(date(2026, 5, 25))

        assert [rung for rung, _, _ in told(unit_head)] == [15]

    def test_who_takes_a_seat_between_two_rungs_hears_of_the_present_one(self, unit, clerk):
        offered_assignment(unit)
        run(date(2026, 6, 2))
        second = make_member("clerk", unit)

        run(date(2026, 6, 3))

        assert [rung for rung, _, _ in told(second)] == [7]
        assert len(told(clerk)) == 1

    def test_a_supporting_unit_hears_of_its_opinion(self, unit, other_unit, other_clerk, outsider):
        handed_over_case(unit, other_unit, roles=["lead", "support"])

        run(date(2026, 4, 21))

        assert [rung for rung, _, _ in told(other_clerk, "协办意见")] == [0]
        assert told(outsider, "协办意见") == []


class TestAfterAStandstill:
    """The scheduler was down; each duty is said once, on the latest rung it has reached."""

    @pytest.mark.parametrize(
        ("before", "after", "rung"),
        [
            (date(2026, 6, 8), date(2026, 6, 9), 0),  # down for 26 hours over a rung
            (date(2026, 6, 5), date(2026, 6, 14), -1),  # nine days, over four rungs
        ],
    )
    def test_only_the_latest_missed_rung_is_said(self, assignment, clerk, before, after, rung):
        run(before)
        known = len(told(clerk))

        remind(on=after, at=NOW + (after - TODAY) + timedelta(hours=2))

        assert [each for each, _, _ in told(clerk)][known:] == [rung]

    def test_nothing_is_said_again_when_the_clock_goes_back(self, assignment, clerk):
        run(REPLY_DUE)
        known = told(clerk)

        run(REPLY_DUE - timedelta(days=1))

        assert set(told(clerk)) - set(known) == {
            (1, date(2026, 6, 8), f"答复还有1天到期（06月09日）：{assignment.suggestion}")
        }
        assert run(REPLY_DUE) == 0


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_tell_nobody_twice(unit, clerk, unit_head, staff):
    assignment = accepted_assignment(unit, by=clerk)
    on = assignment.answer_deadline.due_on + timedelta(days=8)

    outcomes = at_once(*[lambda: run(on)] * 2)

    assert not [each for each in outcomes if isinstance(each, Exception)]
    said = Alert.objects.values_list("recipient", "deadline_id", "text")
    assert len(said) == len(set(said))
    assert {rung for rung, _, _ in told(clerk)} == {-8}
    assert SupervisionNotice.objects.count() == 1
    assert Digest.objects.count() == 1


class TestOthers:
    def test_an_office_hears_of_its_own(self, assignment, staff):
        deadlines.start(
            Deadline.Kind.RETURN_DECISION,
            clock="return_decision",
            holder=staff.office,
            starts_on=TODAY,
            case=assignment.suggestion,
        )

        run(date(2026, 3, 22))

        assert [rung for rung, _, _ in told(staff, "裁定调整申请")] == [1]

    def feedback(self, assignment, deputy) -> Deadline:
        return deadlines.start(
            Deadline.Kind.FEEDBACK,
            clock="feedback",
            holder=deputy.deputy,
            starts_on=TODAY,
            case=assignment.suggestion,
        )

    def test_a_deputy_is_urged_on_the_days_of_the_rules(self, assignment, deputy):
        self.feedback(assignment, deputy)

        for days in range(40):
            run(TODAY + timedelta(days=days))

        assert [day for _, day, _ in told(deputy, "评价")] == [date(2026, 3, 23), date(2026, 4, 2)]

    def test_a_deputy_who_works_on_paper_is_called_by_the_contact_group(
        self, assignment, deputy, group_secretary, secretary
    ):
        self.feedback(assignment, deputy)
        deputy.deputy.works_on_paper = True
        deputy.deputy.save()

        run(date(2026, 3, 23))

        assert len(told(group_secretary, "评价")) == 1
        assert told(secretary, "评价") == []

    def test_a_deputy_without_account_or_group_is_called_by_the_delegation(
        self, assignment, cosigner, secretary
    ):
        self.feedback(assignment, cosigner)
        cosigner.valid_until = TODAY
        cosigner.save()

        run(date(2026, 3, 23))

        assert len(told(secretary, "评价")) == 1

    def test_a_duty_without_a_case_leads_to_the_supervision_page(self, unit, clerk):
        Deadline.objects.create(
            congress=unit.congress,
            kind=Deadline.Kind.REVIEW,
            holder_unit=unit,
            starts_on=TODAY,
            due_on=date(2026, 8, 31),
        )

        run(date(2026, 8, 31))

        assert Alert.objects.get(recipient=clerk).link == "/supervision/"


def test_memory_stays_flat_over_many_slices(unit, clerk, monkeypatch):
    monkeypatch.setattr(reminders, "SLICE", 1)
    for _ in range(3):
        offered_assignment(unit)

    run(REPLY_DUE)

    assert len(told(clerk)) == 3


def test_queries_do_not_grow_with_the_rows(unit, clerk, django_assert_num_queries):
    offered_assignment(unit)
    run(date(2026, 6, 1))  # reads the calendar, once for each process
    offered_assignment(unit)
    with CaptureQueriesContext(connection) as few:
        run(date(2026, 6, 2))
    for _ in range(4):
        offered_assignment(unit)

    with django_assert_num_queries(len(few)):
        run(date(2026, 6, 3))


def test_the_command_takes_a_day_and_says_how_many(assignment, capsys):
    call_command("remind", "--on", "2026-06-09")

    assert capsys.readouterr().out == "新增提醒3条。\n"


def test_the_task_runs_for_today(assignment):
    remind_task()

    assert Alert.objects.filter(kind=Alert.Kind.DUE).exists()
