"""Statements that are written once: the same rows, other keys, no second writing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from common import statements
from common.among import one_of
from congress.models import Unit
from tests.factories.congress import make_congress, make_system, make_unit


def units_of_system(kept: str, system_id: int) -> QuerySet[Unit]:
    found = Unit.objects.filter(system_id=system_id).exclude(name=kept)
    return found.select_related("system", "congress").order_by("name")


def named_units(keys: list[int]) -> QuerySet[Unit]:
    return Unit.objects.filter(one_of("pk", keys)).order_by("pk")


def no_units(system_id: int) -> QuerySet[Unit]:
    return Unit.objects.filter(system_id=system_id, pk__in=[])


def units_with_more(system_id: int) -> QuerySet[Unit]:
    return Unit.objects.filter(system_id=system_id).prefetch_related("system")


@pytest.fixture
def units(db) -> list[Unit]:
    congress = make_congress()
    names = ("市教育局", "市水利局", "市民政局")
    return [make_unit(congress, make_system(congress), name=name) for name in names]


def test_the_rows_of_each_key_are_those_of_a_query_written_for_it(units):
    for unit in units:
        found = statements.rows(units_of_system, unit.system_id, fixed=("市民政局",))

        assert found == list(units_of_system("市民政局", unit.system_id))
        assert [each.system for each in found] == [
            each.system for each in units_of_system("市民政局", unit.system_id)
        ]


def test_what_is_related_comes_in_the_same_question(units):
    statements.rows(units_of_system, units[0].system_id, fixed=("",))

    with CaptureQueriesContext(connection) as asked:
        found = statements.rows(units_of_system, units[1].system_id, fixed=("",))
        assert found[0].system.pk == units[1].system_id
        assert found[0].congress.pk == units[1].congress_id

    assert [query["sql"].split()[0] for query in asked] == ["EXECUTE"]


def test_any_number_of_keys_is_asked_for_in_the_same_words(units):
    pks = sorted(unit.pk for unit in units)
    statements.rows(named_units, pks[:1])

    with CaptureQueriesContext(connection) as asked:
        found = [statements.rows(named_units, keys) for keys in (pks, pks[:2], [])]

    assert [[unit.pk for unit in each] for each in found] == [pks, pks[:2], []]
    assert [query["sql"].split()[0] for query in asked] == ["EXECUTE"] * 3


def test_where_nothing_can_be_found_nothing_is_asked(units, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert statements.rows(no_units, units[0].system_id) == []


def test_rows_fetched_in_advance_are_refused(units):
    with pytest.raises(TypeError, match="fetches nothing in advance"):
        statements.rows(units_with_more, units[0].system_id)


def test_a_statement_that_looks_at_more_than_its_arguments_is_told_in_tests(units):
    names = iter(["市教育局", "市水利局", "市民政局"])

    def drifting(system_id: int) -> QuerySet[Unit]:
        return Unit.objects.filter(system_id=system_id, name=next(names))

    with pytest.raises(AssertionError, match="kept"):
        statements.rows(drifting, units[0].system_id)
