"""Show where in the cases of a page the words stand that were looked for (搜索)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Cast

from accounts.models import Membership
from common import statements
from common.among import among as among_found
from common.fulltext import Piece, among, comparison, fold, snippet
from common.prepared import in_words
from suggestions.models import Suggestion
from suggestions.texts import searched_texts
from suggestions.visibility import Seat

#: Places shown below the title of one case.
MOST_SHOWN = 2
#: Stands for the keys of the cases in a statement that is written once.
_KEYS = "{-7700770071}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a case a word stands, with the text around it."""

    where: str
    pieces: list[Piece]


class Row(Protocol):
    """What a line of a list shows of a case beside the places."""

    pk: int
    title: str
    number: str
    proposer: str
    units: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Passage:
    """A text of a case, where it stands, and which of the words it holds."""

    where: str
    text: str
    held: frozenset[str]


def places(cases: Sequence[Row], words: Sequence[str], actor: Membership) -> dict[int, list[Place]]:
    """
    Show where in each case of a page the words stand; the cases are ones that the actor sees.

    Words that the row itself shows, as in the title, need no place; a case has at most two.
    """
    passages = _passages([case.pk for case in cases], words, actor)
    return {case.pk: _best(passages[case.pk], words, _on_the_row(case)) for case in cases}


def _on_the_row(case: Row) -> str:
    return "\n".join([case.title, case.number, case.proposer, *(unit for unit, _ in case.units)])


def _best(passages: list[_Passage], words: Sequence[str], row: str) -> list[Place]:
    wanted = frozenset(words) - _held(row, words)
    best: list[Place] = []
    while passages and len(best) < MOST_SHOWN and (wanted or not best):
        passage = max(passages, key=lambda each: len(each.held & wanted))
        held = passage.held & wanted
        if best and not held:
            break
        # Around a word that is nowhere else yet, with all words marked.
        first = [word for word in words if word in held] or list(words)
        best.append(Place(passage.where, snippet(passage.text, words, around=first)))
        passages.remove(passage)
        wanted -= held
    return best


def _held(text: str, words: Sequence[str]) -> frozenset[str]:
    folded = fold(text)
    return frozenset(word for word in words if word in folded)


def _passages(
    keys: list[int], words: Sequence[str], actor: Membership
) -> dict[int, list[_Passage]]:
    """Read the texts of some cases that hold one of the words, in the order of their parts."""
    found: dict[int, list[_Passage]] = defaultdict(list)
    for key, told in _texts(keys, words, actor):
        for where, text in zip(told[::2], told[1::2], strict=True):
            if held := _held(text, words):
                found[key].append(_Passage(where, text, held))
    return found


def _texts(keys: list[int], words: Sequence[str], actor: Membership) -> list[tuple[int, list[str]]]:
    """Read the rows of texts in which a word may stand: where and what, where and what."""
    seat = Seat.of(actor)
    written, values = _written(seat)
    if statements.is_verified and (written, values) != _written.__wrapped__(seat):
        raise AssertionError(f"kept: {written}, {values}")
    if not written:
        return []
    compared = [comparison("array_to_string(told, E'\\n')", word) for word in words]
    # First the texts of the cases: the planner believes that few rows hold a word, and would
    # read a whole table for them.
    sql = (
        f"WITH texts (key, part, id, told) AS MATERIALIZED ({written}) "
        f"SELECT key, told FROM texts WHERE {' OR '.join(sql for sql, _ in compared)} "
        f"ORDER BY part, id"
    )
    given = f"{{{','.join(map(str, keys))}}}"
    bound = [given if value == _KEYS else value for value in values]
    connection = connections[router.db_for_read(Suggestion)]
    with connection.cursor() as cursor:
        cursor.execute(*in_words(connection, sql, [*bound, *(value for _, value in compared)]))
        return cursor.fetchall()


@lru_cache(maxsize=4_096)
def _written(seat: Seat) -> tuple[str, tuple[Any, ...]]:
    """Write the question for all texts of some cases that a seat may read."""
    parts: list[str] = []
    values: list[Any] = []
    for part, text in enumerate(searched_texts()):
        shown = {name: where for name, where in text.fields.items() if where is not None}
        rows = text.rows(seat.actor)
        # By their own keys, looked up first: the planner would read a whole table rather than
        # ask for each of a hundred rows whether it is of a draft.
        keys = rows.model.objects.filter(among(_KEYS, text.case)).order_by().values("pk")
        rows = rows.filter(among_found("pk", keys)).order_by()
        told = [Cast(each, TextField()) for pair in shown.items() for each in reversed(pair)]
        told_rows = rows.values_list(F(text.case), Value(part), F("pk"), _array(told))
        with suppress(EmptyResultSet):
            sql, params = told_rows.query.sql_with_params()
            parts.append(f"({sql})")
            values += params
    return " UNION ALL ".join(parts), tuple(values)


def _array(told: list[Cast]) -> Func:
    return Func(*told, template="ARRAY[%(expressions)s]", output_field=ArrayField(TextField()))
