"""A list page keeps its state in the address, never fails on a query string, and stays quick."""

from datetime import date, timedelta
from urllib.parse import parse_qsl

import django_filters
import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.db.models.functions import Length
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.kept import remember_deed
from common.listing import Heading, make_listing
from congress.models import CalendarDay

pytestmark = pytest.mark.django_db

FIRST = date(2026, 1, 1)
HEADINGS = [
    Heading("日期", key="date", by="date", numeric=True),
    Heading("说明", key="name", by=("name", "status")),
    Heading("长度", key="length", by=Length("name")),
    Heading("来源"),
]


class DayFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(label="说明", lookup_expr="icontains")
    date = django_filters.DateFromToRangeFilter(label="日期")
    is_workday = django_filters.BooleanFilter(label="工作日")
    status = django_filters.MultipleChoiceFilter(
        label="状态", choices=[("official", "正式"), ("provisional", "暂定")]
    )
    of_day = django_filters.ModelChoiceFilter(
        label="当日", field_name="pk", queryset=CalendarDay.objects.all()
    )
    year = django_filters.NumberFilter(label="年份", field_name="date__year")

    class Meta:
        model = CalendarDay
        fields = []


@pytest.fixture
def days():
    rows = [
        CalendarDay(
            date=FIRST + timedelta(days=n),
            is_workday=n % 7 < 5,
            name=f"第{n % 10}种",
            status="official" if n % 3 else "provisional",
        )
        for n in range(230)
    ]
    CalendarDay.objects.all().delete()
    return CalendarDay.objects.bulk_create(rows)


def listing(query="", **options):
    options = {"filters": DayFilter, "headings": HEADINGS, "default_sort": "date"} | options
    return make_listing(QueryDict(query), CalendarDay.objects.all(), **options)


def dates(found):
    return [row.date for row in found.rows]


def test_a_page_has_its_rows_in_order_and_knows_the_total(days):
    found = listing("page=2")

    assert dates(found) == [FIRST + timedelta(days=n) for n in range(50, 100)]
    assert (found.total, found.page.number, found.page.paginator.num_pages) == (230, 2, 5)
    assert (found.page.start_index(), found.page.end_index()) == (51, 100)


@pytest.mark.parametrize("sort", ["date", "-date", "name", "-name", "length", "-length"])
def test_each_row_stands_on_exactly_one_page_whatever_the_order(days, sort):
    pages = [dates(listing(f"sort={sort}&page={n}")) for n in range(1, 6)]

    flat = [on for page in pages for on in page]
    assert sorted(flat) == [day.date for day in days]
    assert [len(page) for page in pages] == [50, 50, 50, 50, 30]


def test_descending_is_ascending_backwards_to_the_last_row(days):
    forwards = [on for n in range(1, 6) for on in dates(listing(f"sort=name&page={n}"))]
    backwards = [on for n in range(1, 6) for on in dates(listing(f"sort=-name&page={n}"))]

    assert backwards == forwards[::-1]


def test_empty_values_may_be_put_last_by_an_expression(days):
    headings = [Heading("日期", key="date", by=F("date").desc(nulls_last=True))]

    assert dates(listing(headings=headings))[0] == days[-1].date
    assert dates(listing("sort=-date", headings=headings))[0] == days[0].date


@pytest.mark.parametrize(
    ("page", "number"),
    [("0", 1), ("-1", 1), ("99999999999999999999", 1), ("999", 5), ("x", 1), ("２", 1), ("", 1)],
)
def test_a_page_that_does_not_exist_becomes_the_nearest_that_does(days, page, number):
    assert listing(f"page={page}").page.number == number


def test_an_empty_list_is_one_empty_page():
    CalendarDay.objects.all().delete()

    found = listing("page=7")

    assert (found.rows, found.total, found.page.number) == ([], 0, 1)


def test_filters_and_order_stay_in_every_address_and_strangers_do_not(days):
    found = listing(
        "sort=-name&status=official&status=provisional&date_after=2026-01-05&name=1&page=1"
        "&utm=1&name__icontains=x&_connector=OR&csrfmiddlewaretoken=abc"
    )

    assert parse_qsl(found.page_url(2).removeprefix("?")) == [
        ("date_after", "2026-01-05"),
        ("name", "1"),
        ("status", "official"),
        ("status", "provisional"),
        ("sort", "-name"),
        ("page", "2"),
    ]
    assert found.query.endswith("&sort=-name&")
    assert found.kept == [("sort", "-name")]
    assert found.clear_url == "?sort=-name"


def test_headings_sort_by_themselves_and_turn_round_when_pressed_again(days):
    columns = listing("sort=name&name=1").columns

    assert [(column.label, column.url, column.sorted) for column in columns] == [
        ("日期", "?name=1", ""),
        ("说明", "?name=1&sort=-name", "ascending"),
        ("长度", "?name=1&sort=length", ""),
        ("来源", "", ""),
    ]
    assert columns[0].numeric is True
    assert listing("sort=-name").columns[1].sorted == "descending"
    assert listing().columns[0][:3] == ("日期", "?sort=-date", "ascending")


@pytest.mark.parametrize("sort", ["pk", "date__year", "--date", "?", "name,date", "-", "status"])
def test_an_order_that_no_heading_offers_is_the_default(days, sort):
    assert listing(f"sort={sort}").sort == "date"


def test_filters_that_are_set_are_told_in_words_each_with_the_address_without_it(days):
    found = listing(
        "name=1&date_after=2026-01-05&date_before=2026-03-01&is_workday=true&status=official&sort=-name"
    )

    assert [(chip.label, chip.text) for chip in found.chips] == [
        ("说明", "1"),
        ("日期", "2026年1月5日 至 2026年3月1日"),
        ("工作日", "是"),
        ("状态", "正式"),
    ]
    assert found.active == 4
    assert parse_qsl(found.chips[1].url.removeprefix("?")) == [
        ("is_workday", "true"),
        ("name", "1"),
        ("status", "official"),
        ("sort", "-name"),
    ]


def test_a_filter_that_makes_no_sense_shows_its_error_and_no_rows(days):
    found = listing("date_after=yesterday&status=nonsense")

    assert found.rows == []
    assert set(found.form.errors) == {"date", "status"}
    assert found.chips == []


@pytest.mark.parametrize("value", ["%00", "a%00b", "%0a", "%0d%0aX: y", "%1b[31m", "%7f", "%c2%85"])
@pytest.mark.parametrize("key", ["name", "sort", "page", "unknown", "status"])
def test_control_characters_are_refused_with_a_sentence(days, key, value):
    found = listing(f"{key}={value}")

    assert found.problem == "地址中的查询条件含有无法识别的字符，请重新填写筛选条件。"
    assert (found.rows, found.state) == ([], [])


def test_what_is_far_too_long_is_refused_with_a_sentence(days):
    too_long = "查询条件过长，请缩短后重试。"

    assert listing(f"name={'长' * 501}").problem == too_long
    assert listing("&".join(f"x{n}=1" for n in range(150))).problem == too_long


@pytest.mark.parametrize(
    "query",
    [
        "year=99999999999999999999999999999999",
        "year=-99999999999",
        "year=1e400",
        "year=NaN",
        "year=0",
        "of_day=99999999999999999999",
        "of_day=0000-00-00",
        "date_after=0001-01-01&date_before=9999-12-31",
        "date_after=99999-01-01",
        "is_workday=maybe",
        "status=official&status=official&status=%ff",
        "name=%25%5F%27%22%3B--",
        "name=%F0%9F%98%80",
        "name[]=1&name=%ED%A0%80",
    ],
)
def test_values_out_of_every_range_never_break_the_page(days, query):
    found = listing(query)

    assert isinstance(found.problem, str)
    assert found.page.number == 1


KEYS = st.sampled_from(
    [
        "name", "name__icontains", "name__regex", "date", "date_after", "date_before",
        "date__year__gt",
        "is_workday", "status", "status__in", "of_day", "year", "sort", "page", "_connector",
        "_negated", "pk", "pk__in", "id", "a.b", "a AS b", "\"x\"", "order_by", "__class__", "",
    ]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(
        ["OR", "AND) OR (1=1", "date__year", "-pk", "true", "null", "[]", "%s", "{}", "\0"]
    ),
)


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pairs=st.lists(st.tuples(KEYS, VALUES), max_size=8))
def test_no_query_string_breaks_a_list_or_reaches_the_sql(days, pairs):
    query = QueryDict(mutable=True)
    for key, value in pairs:
        query.appendlist(key, value)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        found = listing(query.urlencode())
        shown = (found.columns, found.chips, found.query, found.page_url(2), str(found.form))

    assert all(part is not None for part in shown)
    selects = [entry["sql"] for entry in captured if entry["sql"].startswith("SELECT")]
    assert {sql.split(" FROM ")[1].split(" ")[0] for sql in selects} <= {'"congress_calendarday"'}
    assert not any("__" in sql.replace('"__count"', "").split(" WHERE ")[0] for sql in selects)


def test_a_page_costs_the_same_queries_whatever_its_length(days, django_assert_num_queries):
    # two of them are the savepoint that a test runs in; count, keys, rows
    with django_assert_num_queries(5):
        assert len(listing(page_size=1).rows) == 1
    cache.clear()
    with django_assert_num_queries(5):
        assert len(listing(page_size=3).rows) == 3


def test_rows_are_dressed_for_one_page_only(days):
    dressed = listing(rows=lambda queryset: queryset.annotate(length=Length("name")), page_size=2)

    assert [row.length for row in dressed.rows] == [3, 3]


def test_pages_near_the_end_are_read_from_the_end(days):
    with CaptureQueriesContext(connection) as captured:
        found = listing("page=5")

    assert dates(found) == [FIRST + timedelta(days=n) for n in range(200, 230)]
    keys = next(entry["sql"] for entry in captured if "LIMIT" in entry["sql"])
    assert "DESC" in keys
    assert "OFFSET" not in keys


def test_a_large_total_is_counted_once_in_a_while(days, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("common.list_order.LARGE_TOTAL", 200)
    listing()

    with django_assert_num_queries(4):
        assert listing("page=3").total == 230
    with django_assert_num_queries(5):
        assert listing("page=3&name=1").total == 23


def test_whose_deeds_are_known_has_smaller_totals_kept_until_the_next_deed(
    days, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("common.list_order.LARGE_TOTAL_OF_READER", 200)
    listing(reader=7)
    CalendarDay.objects.filter(date=FIRST).delete()

    with django_assert_num_queries(4):
        kept = listing("page=3", reader=7).total
    remember_deed(7)

    # A colleague reads what was counted for the one who did it.
    assert (kept, listing(reader=7).total, listing(reader=8).total) == (230, 229, 229)


def test_the_address_of_a_page_leads_back_to_it(days):
    found = listing("name=1&sort=-date&page=1&junk=1")
    later = listing("sort=-date&page=3")

    assert (found.here, later.here) == ("?name=1&sort=-date", "?sort=-date&page=3")
