"""
Find the cases that hold words, and the places where they stand (搜索).

Each word may be in any text of a case that the actor may read, in its number, in the name of its
lead deputy or of a unit that handles it. What the actor may not see is never asked: not whether
it holds a word, not how often, and not to decide if a long query must be cut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from operator import or_
from typing import Any, Protocol

import rjieba
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast

from accounts.models import Membership
from assignment.models import Assignment
from common.fulltext import (
    MOST_WORDS,
    Piece,
    among,
    contains,
    held_words,
    says,
    snippet,
    words_of,
)
from common.kept import keep_value
from congress.models import Deputy, Unit
from suggestions.models import Suggestion
from suggestions.texts import searched_texts
from suggestions.visibility import Seat

#: A word of so many characters may be a sentence without spaces.
_SENTENCE = 4
#: No keys, as the database writes it.
_NONE = "{}"
#: From so many cases on, finding them takes so long that it is done once for half a minute.
MANY = 1_000
#: Places shown below the title of one case.
MOST_SHOWN = 2


@dataclass(frozen=True)
class Found:
    """
    What a search came to: the words that were looked for, and the cases that hold them.

    The keys are of cases that the actor sees and of others: use ``cases`` alone.
    """

    words: tuple[str, ...]
    keys: str
    #: Nothing held the query as it was typed, so it was cut into these words.
    is_cut: bool = False

    def cases(self, within: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
        """Keep the cases that were found, of those that the actor sees."""
        return within.filter(among(self.keys)) if self.keys != _NONE else within.none()


@dataclass(frozen=True)
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


def find(query: str, within: QuerySet[Suggestion], actor: Membership) -> Found:
    """Find the cases that hold each word of a query; ``within`` are those that the actor sees."""
    words = tuple(words_of(query))
    found = Found(words, _holding(words, actor))
    if not any(map(_may_be_a_sentence, words)) or found.cases(within).exists():
        return found
    cut = _cut(words)
    return Found(cut, _holding(cut, actor), is_cut=True) if cut != words else found


def _may_be_a_sentence(word: str) -> bool:
    return len(word) >= _SENTENCE and not word.isascii()


def _cut(words: tuple[str, ...]) -> tuple[str, ...]:
    """Cut words that may be sentences where a dictionary knows shorter ones."""
    parts: list[str] = []
    for word in words:
        cut = rjieba.cut(word) if _may_be_a_sentence(word) else []
        parts += [part for part in cut if len(part) > 1] or [word]
    return tuple(dict.fromkeys(parts))[:MOST_WORDS]


def _holding(words: Sequence[str], actor: Membership) -> str:
    """
    Return the keys of the cases that hold all words: of those that the actor sees and of others.

    Many are kept for the next page, another order or one filter more.
    """
    asked = repr((words, Seat.of(actor).written_from))
    return str(
        keep_value(
            f"found:{sha256(asked.encode()).hexdigest()}",
            lambda: _ask(words, actor),
            reader=actor.pk,
            is_costly=lambda keys: keys.count(",") >= MANY,
        )
    )


def _ask(words: Sequence[str], actor: Membership) -> str:
    held: list[str] = []
    values: list[Any] = []
    for word in words:
        parts = []
        for holders in _holders(word, actor):
            with suppress(EmptyResultSet):
                sql, params = holders.query.sql_with_params()
                parts.append(f"({sql})")
                values += params
        held.append(f"({' UNION '.join(parts)})")
    if not held:
        return _NONE
    with connections[router.db_for_read(Suggestion)].cursor() as cursor:
        # As text and back: neither the driver nor Python looks at thousands of numbers.
        cursor.execute(
            f"SELECT array_agg(key)::text FROM ({' INTERSECT '.join(held)}) held (key)", values
        )
        return cursor.fetchone()[0] or _NONE


def _holders(word: str, actor: Membership) -> Iterable[QuerySet]:
    """Return queries for the keys of the cases that hold a word in one of their parts each."""
    for text in searched_texts():
        rows = text.rows(actor).filter(says(list(text.fields), word))
        yield rows.order_by().values_list(text.case)
    deputies = Deputy.objects.filter(contains("name", word))
    led = Suggestion.objects.filter(lead_deputy__in=deputies.order_by().values("pk"))
    yield led.order_by().values_list("pk")
    units = Unit.objects.filter(contains("name", word))
    held = Assignment.objects.live().filter(unit__in=units.order_by().values("pk"))
    yield held.order_by().values_list("suggestion_id")


def places(cases: Sequence[Row], words: Sequence[str], actor: Membership) -> dict[int, list[Place]]:
    """
    Show where in each case of a page the words stand; the cases are ones that the actor sees.

    Words that the row itself shows, as in the title, need no place; a case has at most two.
    """
    passages = _passages([case.pk for case in cases], words, actor)
    return {case.pk: _best(passages[case.pk], words, _on_the_row(case)) for case in cases}


def _on_the_row(case: Row) -> str:
    return "\n".join([case.title, case.number, case.proposer, *(unit for unit, _ in case.units)])


def _best(passages: list[tuple[str, str]], words: Sequence[str], row: str) -> list[Place]:
    wanted = set(words) - held_words(row, words)
    best: list[Place] = []
    while passages and len(best) < MOST_SHOWN and (wanted or not best):
        where, text = max(passages, key=lambda each: len(held_words(each[1], wanted)))
        held = held_words(text, wanted)
        if best and not held:
            break
        # Around a word that is nowhere else yet, with all words marked.
        first = [word for word in words if word in held] or list(words)
        best.append(Place(where, snippet(text, words, around=first)))
        passages.remove((where, text))
        wanted -= held
    return best


def _passages(
    keys: list[int], words: Sequence[str], actor: Membership
) -> dict[int, list[tuple[str, str]]]:
    """Read the texts of some cases that hold one of the words, in the order of their parts."""
    parts: list[str] = []
    values: list[Any] = []
    for order, text in enumerate(searched_texts()):
        shown = {name: where for name, where in text.fields.items() if where is not None}
        holds = (contains(name, word) for name in shown for word in words)
        rows = text.rows(actor).filter(reduce(or_, holds), **{f"{text.case}__in": keys})
        told = [Cast(each, TextField()) for pair in shown.items() for each in reversed(pair)]
        told_rows = rows.order_by().values_list(F(text.case), Value(order), F("pk"), _array(told))
        with suppress(EmptyResultSet):
            sql, params = told_rows.query.sql_with_params()
            parts.append(f"({sql})")
            values += params
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if parts:
        with connections[router.db_for_read(Suggestion)].cursor() as cursor:
            cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY 2, 3", values)
            for key, _, _, told in cursor.fetchall():
                pairs = zip(told[::2], told[1::2], strict=True)
                found[key] += [pair for pair in pairs if held_words(pair[1], words)]
    return found


def _array(told: list[Cast]) -> Func:
    return Func(*told, template="ARRAY[%(expressions)s]", output_field=ArrayField(TextField()))
