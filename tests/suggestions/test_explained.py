"""Each date says why it is that date: article, start, days counted and skipped, who moved it."""

from datetime import date

import pytest

from suggestions import deadlines
from suggestions.models import Deadline
from suggestions.templatetags.cases import explained
from tests.factories import NOW, TODAY
from tests.factories.suggestions import registered_case

pytestmark = pytest.mark.django_db
Kind = Deadline.Kind


@pytest.fixture
def case(deputy, session):
    return registered_case(deputy.deputy)


def start(case, holder, clock="reply_normal", **fields):
    given = {"clock": clock, "holder": holder, "starts_on": TODAY, "case": case}
    return deadlines.start(Kind.REPLY, **given | fields)


def told(clock) -> dict[str, str]:
    """Return what is said under each heading, from the database as the pages read it."""
    said: dict[str, str] = {}
    label = ""
    for reason in explained(Deadline.objects.with_reasons().get(pk=clock.pk)):
        label = reason.label or label
        said[label] = said.get(label, "") + reason.text
    return said


def test_names_article_period_and_version_and_counts_the_days(case, unit):
    clock = start(case, unit, clock="first_contact")

    said = told(clock)

    assert said["依据"].startswith("重庆2018")
    assert said["依据"].endswith("自收到之日起20个工作日内（本地规则第1版）")
    assert "从2026年3月10日（周二）开始计算" in said["计算"]
    assert "4月4日至4月6日（清明节）" in said["计算"]
    assert said["合计"] == "计入20个工作日，跳过9天休息日。"
    assert said["算法"].startswith("按工作日计算")


def test_says_what_the_batch_asked_for_instead(case, unit):
    clock = start(case, unit, batch_date=date(2026, 5, 29))

    assert told(clock)["批次"] == (
        "交办批次统一要求2026年5月29日 (周五)前完成，早于按规则计算的2026年6月9日 (周二)。"
    )


def test_names_who_extended_it_and_why(case, unit, staff):
    clock = start(case, unit)
    deadlines.extend(clock, until=date(2026, 7, 9), why="需要会商", by=staff)

    assert told(clock)["延期"] == (
        f"原期限2026年6月9日 (周二)，延至2026年7月9日 (周四)，由{staff.office}决定：需要会商"
    )


def test_says_that_a_day_was_named_by_people(case, unit):
    clock = deadlines.set_by_hand(
        Kind.PROMISE,
        holder=unit,
        starts_on=TODAY,
        due_on=date(2026, 12, 31),
        case=case,
        why="答复承诺",
    )
    deadlines.end(clock, why="承诺事项终止", at=NOW)

    assert told(clock) == {
        "依据": "答复承诺",
        "起算": "2026年3月9日 (周一)",
        "指定": "期限由有关方面指定为2026年12月31日 (周四)。",
        "终止": "承诺事项终止",
    }


def test_asks_nothing_more_of_the_database(case, unit, staff, django_assert_num_queries):
    for _ in range(3):
        deadlines.extend(start(case, unit), until=date(2026, 7, 9), why="会商", by=staff)
    clocks = list(Deadline.objects.filter(suggestion=case).with_reasons())

    with django_assert_num_queries(0):
        assert all(explained(clock) for clock in clocks)
