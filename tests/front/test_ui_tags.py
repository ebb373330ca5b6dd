"""Days, deadlines and attributes as pages write them."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template

from common.templatetags.ui import (
    cn_date,
    cn_time,
    days_left,
    deadline_lamp,
    iso,
    lamp_of,
    listed,
    share,
)
from tests.front.components import rendered

TODAY = date(2026, 3, 5)
# 23:30 in Shanghai, still the day before in London.
LATE_EVENING = datetime(2026, 3, 5, 15, 30, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 3, 5, 16, 30, tzinfo=UTC)


class TestDays:
    def test_are_written_in_full(self):
        assert cn_date(TODAY) == "2026年3月5日 (周四)"

    @pytest.mark.parametrize(("form", "text"), [("day", "2026年3月5日"), ("short", "3月5日")])
    def test_are_written_shorter_on_demand(self, form, text):
        assert cn_date(TODAY, form) == text

    def test_of_a_moment_are_those_of_the_place(self):
        assert [cn_date(LATE_EVENING), cn_date(AFTER_MIDNIGHT)] == [
            "2026年3月5日 (周四)",
            "2026年3月6日 (周五)",
        ]

    def test_with_a_time_say_both(self):
        assert cn_time(LATE_EVENING) == "2026年3月5日 (周四) 23:30"

    def test_that_are_missing_are_empty(self):
        assert [cn_date(None), cn_time(None), iso(None)] == ["", "", ""]

    def test_are_readable_by_machines(self):
        assert [iso(TODAY), iso(LATE_EVENING)] == ["2026-03-05", "2026-03-05T23:30+08:00"]


class TestDaysLeft:
    @pytest.mark.parametrize(("day", "left"), [(17, 12), (5, 0), (3, -2)])
    def test_are_counted_from_today(self, day, left):
        assert days_left(date(2026, 3, day), TODAY) == left

    def test_of_nothing_are_nothing(self):
        assert days_left(None, TODAY) is None


class TestLamp:
    @pytest.mark.parametrize(
        ("day", "text"),
        [
            (17, "● 剩余12天"),
            (11, "● 剩余6天"),
            (10, "▲ 临期·剩余5天"),
            (8, "▲ 临期·剩余3天"),
            (5, "▲ 临期·今天到期"),
            (4, "■ 逾期1天"),
            (3, "■ 逾期2天"),
        ],
    )
    def test_of_a_running_deadline_has_shape_and_words(self, day, text):
        assert str(lamp_of(date(2026, 3, day), TODAY)) == text

    def test_of_a_met_deadline_no_longer_counts_days(self):
        assert str(lamp_of(date(2026, 3, 1), TODAY, met_at=date(2026, 3, 1))) == "✓ 已办结"

    def test_of_a_deadline_met_late_says_by_how_much(self):
        lamp = lamp_of(date(2026, 3, 3), TODAY, met_at=AFTER_MIDNIGHT, done="已答复")

        assert (str(lamp), lamp.state) == ("✓ 已答复·逾期3天", "met-late")

    def test_of_an_ended_deadline_never_says_overdue(self):
        assert str(lamp_of(date(2026, 3, 1), TODAY, ended_at=LATE_EVENING)) == "○ 已终止"

    def test_without_a_day_says_so(self):
        assert str(lamp_of(None, TODAY)) == "○ 未定期限"

    def test_in_a_template_takes_the_day_from_the_page(self):
        row = SimpleNamespace(due_on=date(2026, 3, 8), met_at=None, ended_at=None)
        template = Template("{% deadline_lamp row as lamp %}{{ lamp }}")

        text = template.render(Context({"row": row, "today": TODAY}))

        assert text == "▲ 临期·剩余3天"


class TestAttributes:
    def test_that_a_component_passes_on_are_escaped(self):
        evil = "\"><script>alert('x')</script>"

        html = rendered('<c-button :title="evil" data-id="7">签收</c-button>', evil=evil)

        assert "<script>" not in html
        assert 'data-id="7"' in html

    def test_that_are_false_are_left_out(self):
        html = rendered(
            '<c-button :disabled="no" :hidden="yes">签收</c-button>', no=False, yes=True
        )

        assert "disabled" not in html
        assert " hidden>" in html

    def test_that_the_component_declares_are_not_passed_on(self):
        html = rendered('<c-button kind="primary">签收</c-button>')

        assert "kind=" not in html


class TestSmallFilters:
    def test_a_share_is_written_as_in_the_reports_or_as_a_dash(self):
        assert [share(304, 316), share(5, 32), share(0, 0), share(None, 5)] == [
            "96.20%",
            "15.63%",
            "—",
            "—",
        ]

    def test_a_list_can_be_written_in_one_attribute(self):
        assert [listed("编号; 标题 ;"), listed([1, 2]), listed(None)] == [
            ["编号", "标题"],
            ["1", "2"],
            [],
        ]


def test_a_right_that_was_not_used_is_over_and_not_late():
    window = SimpleNamespace(due_on=date(2026, 3, 2), is_duty=False)

    lamp = deadline_lamp({"today": TODAY}, window)

    assert (lamp.state, lamp.text) == ("ended", "已届满")
