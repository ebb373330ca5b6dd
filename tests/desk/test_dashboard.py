"""The dashboard: its numbers are those of the lists behind them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import assignment as receipts
from tests.factories import congress as bodies
from tests.factories import evaluation, handling, suggestions


@pytest.fixture
def session(congress, term):
    """Return the current session, to which all cases of these tests belong."""
    return bodies.make_session(congress, term, number=3)


@pytest.fixture
def session_in_full(unit, other_unit, deputy, session):
    """Return cases answered, judged, promised and waiting, all late by the real clock."""
    lead = deputy.deputy
    return [
        suggestions.registered_case(lead),
        receipts.accepted_assignment(unit, lead=lead).suggestion,
        evaluation.judged_case(unit, lead=lead),
        handling.open_promise(unit=other_unit).suggestion,
    ]


def stats_of(page) -> dict[str, object]:
    return {stat.label: stat for stat in page.context["board"].stats}


@pytest.mark.parametrize("who", ["staff", "director", "leader"])
def test_each_number_is_the_length_of_the_list_behind_it(request, session_in_full, client_of, who):
    client = client_of(request.getfixturevalue(who))
    stats = stats_of(client.get("/dashboard/"))

    total = client.get(stats["建议总数"].href).context["listing"].total
    promised = client.get(stats["承诺事项"].href).context["listing"].total
    late = client.get("/supervision/?state=late").context["listing"].total

    assert (int(stats["建议总数"].value), int(stats["承诺事项"].value)) == (total, promised)
    assert int(stats["逾期事项"].value) == late > 0


def test_rates_name_their_denominators(session_in_full, leader, client_of):
    stats = stats_of(client_of(leader).get("/dashboard/"))

    answered, of = map(int, re.findall(r"\d+", stats["办复率"].of))
    assert stats["办复率"].value == f"{100 * answered / of:.2f}%"


def test_charts_add_up_to_their_figures(session_in_full, staff, client_of):
    board = client_of(staff).get("/dashboard/").context["board"]

    by_category = next(chart for chart in board.charts if chart.title == "按类别")
    total = next(stat for stat in board.stats if stat.label == "建议总数")
    assert sum(count for _, count in by_category.rows) == int(total.value)


def test_a_large_session_is_counted_again_for_whoever_did_something(
    session, deputy, staff, leader, client_of, monkeypatch
):
    monkeypatch.setattr("ledgers.figures.LARGE_SESSION", 1)
    suggestions.registered_case(deputy.deputy)
    mine, theirs = client_of(staff), client_of(leader)

    def totals():
        pages = [client.get("/dashboard/") for client in (theirs, mine)]
        return [stats_of(page)["建议总数"].value for page in pages]

    before = totals()
    suggestions.registered_case(deputy.deputy)
    kept = totals()
    mine.post(reverse("desk:alerts"))

    assert (before, kept, totals(), totals()) == (
        ["1", "1"],
        ["1", "1"],
        ["1", "2"],
        ["2", "2"],
    )


def test_it_is_closed_to_units_and_deputies(clerk, deputy, session, client_of):
    assert [client_of(who).get("/dashboard/").status_code for who in (clerk, deputy)] == [403, 403]


def test_asks_as_often_for_three_rows_as_for_one(unit, deputy, session, leader, client_of):
    client, asked = client_of(leader), []
    for more in (1, 2):
        for _ in range(more):
            evaluation.judged_case(unit, lead=deputy.deputy)
            receipts.accepted_assignment(unit, lead=deputy.deputy)
        client.get("/dashboard/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/dashboard/")
        asked.append(len(queries))

    assert asked[0] == asked[1]
