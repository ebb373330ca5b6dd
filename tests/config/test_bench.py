"""``manage.py bench``: its own database alone, each goal met or not, and what grew."""

import json
from contextlib import suppress
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.bench import report, scratch
from config.bench.stopwatch import Result
from tests.database import drop_test_database, make_test_database


@pytest.fixture
def scratch_name(django_db_setup, django_db_blocker):
    """Name the scratch database of the tests, and leave none behind."""
    with django_db_blocker.unblock():
        name = scratch.scratch_name(connection.settings_dict["NAME"])
        drop_test_database(name)
        yield name
        drop_test_database(name)


@pytest.mark.long
def test_measures_each_desk_of_a_small_congress_in_a_database_of_its_own(scratch_name, tmp_path):
    live = connection.settings_dict["NAME"]
    make_test_database(scratch_name)
    scratch.mark(scratch_name)
    printed, told = StringIO(), StringIO()

    options = {"suggestions": 300, "runs": 1, "only": "待办", "json": tmp_path / "found.json"}
    with suppress(CommandError):  # a goal missed: a loaded machine is no fault of the pages
        call_command("bench", **options, stdout=printed, stderr=told)

    found = json.loads(printed.getvalue())
    assert found == json.loads((tmp_path / "found.json").read_text())
    assert found["rows"]["suggestions"] >= 300
    assert {(each["name"], each["runs"]) for each in found["results"]} == {("待办", 1)}
    assert len({each["who"] for each in found["results"]}) == 8
    assert all(
        each["queries"] <= each["goal_queries"] for each in found["results"] if each["goal_queries"]
    )
    assert "达标" in told.getvalue()
    assert connection.settings_dict["NAME"] == live


def test_keeps_off_a_database_that_is_not_its_own(scratch_name):
    make_test_database(scratch_name)

    with pytest.raises(CommandError, match="不是由测速命令建立"):
        call_command("bench", suggestions=300)


def made(median: float, goal: float | None = None, queries: int = 9) -> Result:
    return Result("列表", "承办人", median, median, 3, goal=goal, queries=queries, goal_queries=15)


def test_a_goal_is_met_in_time_and_in_queries():
    assert [made(60, 60).is_met, made(61, 60).is_met, made(60, 60, 16).is_met] == [
        True,
        False,
        False,
    ]
    assert made(900).is_met is None


def test_growth_is_told_beyond_the_noise():
    earlier = {"results": [made(40).as_json()]}

    grown = report.growth([made(80)], earlier)

    assert grown == {("列表", "承办人"): 2.0}
    assert report.has_outgrown([made(80)], grown)
    assert not report.has_outgrown([made(20)], {("列表", "承办人"): 2.0})
