"""The arithmetic of periods against the law, hand-checked cases and an independent day-walk."""

import csv
import json
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.chinese_calendar_seed import calendar_from_chinesecalendar, official_calendar
from common.explanations import sentences
from common.workdays import (
    Amount,
    Calendar,
    Day,
    Status,
    Unit,
    add,
    days_left,
    next_workday,
    previous_workday,
    workdays_between,
    workdays_left,
)
from congress.profile.clocks import DEFAULT_CLOCKS

CALENDAR = official_calendar()
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
CASES = list(
    csv.DictReader(
        (Path(__file__).parents[1] / "data/period_cases.csv").read_text("utf-8").splitlines()
    )
)
RULES = [
    *(Amount(n, Unit.CALENDAR_DAY) for n in (0, 1, 3, 5, 7, 10, 15, 30, 60, 90)),
    *(Amount(n, Unit.WORKDAY) for n in (1, 2, 3, 5, 7, 10, 15, 20, 30, 60)),
    *(Amount(n, Unit.MONTH) for n in (1, 2, 3, 6, 12)),
]


def oracle(start: date, amount: Amount) -> date | None:
    """Walk the days one by one with the package's own answer; nothing of ours is used."""

    def works(on):
        return chinese_calendar.is_workday(on)

    try:
        if amount.unit == Unit.WORKDAY:
            on, seen = start, 0
            while seen < amount.n:
                on += timedelta(days=1)
                seen += works(on)
            return on
        if amount.unit == Unit.MONTH:
            year, month = divmod(start.year * 12 + start.month - 1 + amount.n, 12)
            on = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
        else:
            on = start + timedelta(days=amount.n)
        while not works(on):
            on += timedelta(days=1)
    except NotImplementedError:  # the package knows nothing of the year after
        return None
    return on


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['start']}+{c['amount']}{c['unit']}")
def test_a_period_ends_on_the_day_that_was_found_by_hand(case):
    amount = Amount(int(case["amount"]), Unit(case["unit"]))

    due = add(date.fromisoformat(case["start"]), amount, CALENDAR)

    assert (due.due_on.isoformat(), due.is_provisional) == (
        case["due_on"],
        case["provisional"] == "yes",
    )


def test_there_are_at_least_sixty_cases_found_by_hand():
    assert len(CASES) >= 60
    assert len({(case["start"], case["amount"], case["unit"]) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['start']}+{c['amount']}{c['unit']}")
def test_a_case_found_by_hand_names_the_articles_that_its_explanation_names(case):
    amount = Amount(int(case["amount"]), Unit(case["unit"]))
    chinese = {"201": "第二百零一条", "202": "第二百零二条", "203": "第二百零三条"}

    rule = add(date.fromisoformat(case["start"]), amount, CALENDAR).explanation["rule"]

    # Of working days the Civil Code says nothing but when counting begins.
    named = {article for article in chinese if chinese[article] in rule}
    assert set(case["article"].split()) | {"201"} == named | {"201"}


@settings(max_examples=400, deadline=None)
@given(start=st.dates(FIRST, LAST), amount=st.sampled_from(RULES))
def test_a_period_ends_where_a_walk_over_the_days_ends(start, amount):
    expected = oracle(start, amount)

    due = add(start, amount, CALENDAR)

    assert due.is_provisional if expected is None else due[:2] == (expected, False)


@pytest.mark.long
def test_every_day_of_twenty_three_years_ends_where_the_walk_ends():
    starts = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    amounts = sorted({*RULES, *(clock.amount for clock in DEFAULT_CLOCKS.values())})

    compared, wrong = 0, []
    for amount in amounts:
        for start in starts:
            expected = oracle(start, amount)
            if expected is None:
                continue
            compared += 1
            if add(start, amount, CALENDAR)[:2] != (expected, False):
                wrong.append((start, amount))

    print(  # noqa: T201 -- the figure to report
        f"#60 {len(starts)} days × {len(amounts)} rules: {compared} ends compared with the walk, "
        f"mismatches {len(wrong)}"
    )
    assert compared > 8_000 * len(amounts)
    assert wrong == []


@settings(max_examples=300, deadline=None)
@given(start=st.dates(FIRST, LAST), n=st.integers(1, 250))
def test_counting_workdays_undoes_adding_them(start, n):
    due_on = add(start, Amount(n, Unit.WORKDAY), CALENDAR).due_on

    assert workdays_between(start, due_on, CALENDAR) == n
    assert workdays_between(due_on, start, CALENDAR) == -n
    assert next_workday(start, CALENDAR, n) == due_on


@settings(max_examples=200, deadline=None)
@given(start=st.dates(FIRST, LAST), days=st.integers(0, 500))
def test_workdays_between_two_days_are_those_of_the_walk(start, days):
    end = start + timedelta(days=days)
    walked = sum(
        CALENDAR.is_workday(start + timedelta(days=n + 1)) for n in range((end - start).days)
    )

    assert workdays_between(start, end, CALENDAR) == walked


@settings(max_examples=200, deadline=None)
@given(
    start=st.dates(FIRST, LAST),
    n=st.integers(0, 400),
    unit=st.sampled_from([Unit.CALENDAR_DAY, Unit.MONTH]),
)
def test_a_later_start_and_a_longer_period_never_end_earlier(start, n, unit):
    due_on = add(start, Amount(n, unit), CALENDAR).due_on

    assert add(start + timedelta(days=1), Amount(n, unit), CALENDAR).due_on >= due_on
    assert add(start, Amount(n + 1, unit), CALENDAR).due_on >= due_on
    assert due_on >= start


def test_an_explanation_tells_how_a_period_over_the_national_day_was_moved():
    due = add(date(2025, 7, 1), Amount(3, Unit.MONTH), CALENDAR)

    assert due.explanation == {
        "start": "2025-07-01",
        "amount": 3,
        "unit": "month",
        "amount_text": "3个月",
        "rule": (
            "按月计算，开始的当日不计入，到期月的对应日为最后一日，没有对应日的，月末日为最后一日"
            "（《民法典》第二百零一条、第二百零二条）；最后一日是法定休假日的，以休假日结束的次日为"
            "最后一日（《民法典》第二百零三条）。"
        ),
        "counted_from": "2025-07-02",
        "corresponding_day": "2025-10-01",
        "is_month_end": False,
        "skipped": [
            {"first": "2025-10-01", "last": "2025-10-05", "days": 5, "name": "国庆节"},
            {"first": "2025-10-06", "last": "2025-10-06", "days": 1, "name": "中秋节"},
            {"first": "2025-10-07", "last": "2025-10-08", "days": 2, "name": "国庆节"},
        ],
        "make_up_workdays": [],
        "moved_from": "2025-10-01",
        "moved_because": "国庆节",
        "due_on": "2025-10-09",
        "provisional_from": None,
    }
    assert json.loads(json.dumps(due.explanation)) == due.explanation


def test_an_explanation_names_each_holiday_skipped_and_each_weekend_worked():
    due = add(date(2026, 9, 15), Amount(20, Unit.WORKDAY), CALENDAR)

    assert sentences(due.explanation) == [
        "自2026年9月15日（周二）起20个工作日，当日不计入，从2026年9月16日（周三）开始计算。",
        (
            "跳过9月19日（周末）、9月25日至9月27日（中秋节）、10月1日至10月7日（国庆节）、"
            "10月11日（周末）、10月17日至10月18日（周末）。"
        ),
        "计入调休上班日9月20日（国庆节调休上班）、10月10日（国庆节调休上班）。",
    ]


def test_an_explanation_says_from_which_day_no_notice_was_known():
    due = add(date(2026, 11, 30), Amount(3, Unit.MONTH), CALENDAR)

    assert sentences(due.explanation)[1:] == [
        "没有对应日，取月末日2027年2月28日（周日）。",
        "最后一日2027年2月28日（周日）是周末，顺延至2027年3月1日（周一）。",
        "2027年2月28日（周日）起尚无国务院放假安排，暂按周末推算，安排公布后重新计算。",
    ]


def test_days_without_a_notice_inside_a_period_of_months_leave_its_end_certain():
    without_june = Calendar({on: day for on, day in CALENDAR.days.items() if on.month != 6})

    due = add(date(2025, 5, 8), Amount(3, Unit.MONTH), without_june)

    assert due[:2] == (date(2025, 8, 8), False)


def test_without_any_calendar_weekdays_are_worked_and_all_is_provisional():
    due = add(date(2026, 2, 12), Amount(5, Unit.WORKDAY), Calendar())

    assert due[:2] == (date(2026, 2, 19), True)


def test_a_day_entered_as_provisional_makes_the_end_provisional():
    calendar = Calendar(CALENDAR.days | {date(2027, 1, 4): Day(True, status=Status.PROVISIONAL)})

    assert add(date(2027, 1, 3), Amount(1, Unit.CALENDAR_DAY), calendar).is_provisional


def test_an_official_day_added_later_moves_the_end_and_settles_it():
    new_year = Day(False, True, Status.OFFICIAL, "元旦")
    monday = Day(True, False, Status.OFFICIAL, "")
    calendar = Calendar(
        CALENDAR.days | {date(2027, 1, n): new_year for n in (1, 2, 3)} | {date(2027, 1, 4): monday}
    )

    before = add(date(2026, 7, 1), Amount(6, Unit.MONTH), CALENDAR)
    after = add(date(2026, 7, 1), Amount(6, Unit.MONTH), calendar)

    assert before[:2] == (date(2027, 1, 1), True)
    assert after[:2] == (date(2027, 1, 4), False)


def test_a_period_of_no_days_ends_at_once_or_on_the_next_workday():
    for unit in Unit:
        assert add(date(2026, 3, 5), Amount(0, unit), CALENDAR).due_on == date(2026, 3, 5)
        assert add(date(2026, 3, 7), Amount(0, unit), CALENDAR).due_on == date(2026, 3, 9)


def test_a_negative_period_is_a_fault():
    with pytest.raises(ValueError, match="negative"):
        add(date(2026, 3, 5), Amount(-1, Unit.MONTH), CALENDAR)


def test_days_left_are_nought_on_the_last_day_and_negative_after_it():
    due_on = date(2026, 3, 9)

    assert [days_left(due_on, on=date(2026, 3, n)) for n in (6, 9, 11)] == [3, 0, -2]
    assert [workdays_left(due_on, on=date(2026, 3, n), calendar=CALENDAR) for n in (6, 9, 11)] == [
        1,
        0,
        -2,
    ]


def test_the_workday_before_steps_over_holidays():
    assert previous_workday(date(2025, 10, 9), CALENDAR) == date(2025, 9, 30)
    assert previous_workday(date(2025, 10, 9), CALENDAR, 3) == date(2025, 9, 28)


class TestSeed:
    def test_yields_each_day_of_the_years_that_are_known_and_nothing_beyond(self):
        rows = list(calendar_from_chinesecalendar())

        assert [row.date for row in rows] == [
            FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)
        ]
        assert list(calendar_from_chinesecalendar([2003, 2027])) == []

    def test_has_the_weekends_worked_and_the_holidays_of_the_notices(self):
        worked = {
            year: [
                f"{row.date:%m-%d}"
                for row in calendar_from_chinesecalendar([year])
                if row.is_workday and row.date.weekday() >= 5
            ]
            for year in (2024, 2025, 2026)
        }

        # 国办发明电〔2023〕7号、〔2024〕12号、〔2025〕7号
        assert worked == {
            2024: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
            2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
            2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
        }

    def test_names_holidays_and_the_days_worked_for_them_in_chinese(self):
        rows = {row.date: row for row in calendar_from_chinesecalendar([2026])}

        assert rows[date(2026, 2, 17)] == (
            date(2026, 2, 17), False, True, "春节", Status.OFFICIAL,
        )  # fmt: skip
        assert rows[date(2026, 2, 14)] == (
            date(2026, 2, 14), True, False, "春节调休上班", Status.OFFICIAL,
        )  # fmt: skip
        assert rows[date(2026, 3, 7)] == (date(2026, 3, 7), False, False, "", Status.OFFICIAL)
