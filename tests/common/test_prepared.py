"""What a connection plans once, and what it lets go of."""

import pytest
from django.db import DatabaseError, connection, transaction

from common import prepared

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    for name in names():
        with connection.cursor() as cursor:
            cursor.execute(f"DEALLOCATE {name}")
    prepared._kept.clear()
    prepared._words_kept.clear()


def names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements ")
        return [name for (name,) in cursor.fetchall()]


def test_plans_a_question_once_and_answers_it_each_time():
    answers = [prepared.ask("SELECT %s::int, %s::text", [1, "一'; %%"]) for _ in range(3)]

    assert answers == [[(1, "一'; %%")]] * 3
    assert len(names()) == 1


def test_other_values_are_another_question():
    assert [prepared.ask("SELECT %s::int", [value]) for value in (1, 2, 1)] == [
        [(1,)],
        [(2,)],
        [(1,)],
    ]
    assert len(names()) == 2


def test_forgets_what_was_not_asked_for_longest(monkeypatch):
    monkeypatch.setattr(prepared, "MOST_KEPT", 2)

    for value in (1, 2, 1, 3, 1, 2):
        assert prepared.ask("SELECT %s::int", [value]) == [(value,)]

    assert len(names()) == 2


@pytest.mark.parametrize("question", ["SELECT nothing_of_the_kind", "SELECT 1 / 0"])
def test_a_question_that_failed_may_be_asked_again(question):
    for _ in range(2):
        with pytest.raises(DatabaseError) as fault, transaction.atomic():
            prepared.ask(question, [])
        assert "already exists" not in str(fault.value)


def test_words_are_planned_once_for_all_values(monkeypatch):
    monkeypatch.setattr(prepared, "MOST_WORDS_KEPT", 2)

    answers = [
        prepared.ask_words(f"SELECT %s::int + {more}, 'a%%' || %s::text", [value, "b"])
        for more, value in ((1, 1), (1, 5), (2, 1), (3, 1), (1, 1))
    ]

    assert answers == [[(number, "a%b")] for number in (2, 6, 3, 4, 2)]
    assert len(names()) == 2


def test_words_that_failed_may_be_asked_again():
    for _ in range(2):
        with pytest.raises(DatabaseError) as fault, transaction.atomic():
            prepared.ask_words("SELECT nothing_of_the_kind", [])
        assert "already exists" not in str(fault.value)


def test_behind_a_pool_nothing_is_prepared(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)

    assert prepared.ask("SELECT %s::int", [1]) == [(1,)]
    assert prepared.ask_words("SELECT %s::int", [1]) == [(1,)]
    assert names() == []
