"""Export and figures right after an import, when the planner still believes the tables empty."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest
from django.conf import settings
from django.db import connection

from ledgers.figures import figures
from tests.factories.ledger_workbook import cells, made_from, specification
from tests.factories.ledgers import exported, take_in

OURS = "^(assignment|evaluation|handling|ledgers|suggestions|supervision)_"


def believe(rows: int, pages: int) -> None:
    """Tell the planner how large the tables of cases are; only the superuser may."""
    with closing(settings.EMBEDDED_SERVERS[0].connect(connection.settings_dict["NAME"])) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(
                "UPDATE pg_class SET reltuples = %s, relpages = %s"
                " WHERE relkind = 'r' AND relname ~ %s",
                [rows, pages, OURS],
            )


@pytest.fixture
def _thought_empty(db) -> Iterator[None]:
    if not settings.EMBEDDED_SERVERS:
        pytest.skip("only the embedded server lets its statistics be set")
    believe(rows=0, pages=200)
    yield
    believe(rows=-1, pages=0)  # as if never looked at


@pytest.mark.usefixtures("_thought_empty")
def test_a_ledger_goes_in_and_out_and_is_counted_all_the_same():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10s'")  # ran for minutes once
    spec = specification("puyang-2023")
    file = made_from(spec)

    outcome = take_in(file)
    found = figures(outcome.congress, outcome.session, date.fromisoformat(spec["as_of"]))

    assert cells(exported(outcome.session)) == cells(file)
    assert found["suggestions"]["total"] == 316
