"""
Find the cases that hold words (搜索).

Each word may be in any text of a case that the actor may read, in its number, in the name of its
lead deputy or of a unit that handles it. What the actor may not see is never asked: not whether
it holds a word, not how often, and not to decide if a long query must be cut.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import rjieba
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import Count, F, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import Membership
from assignment.models import Assignment
from common import statements
from common.fulltext import MOST_WORDS, among, contains, says, stand_in, values_of, words_of
from common.kept import keep_value
from common.list_page import Counted
from common.prepared import in_words
from congress.models import Deputy, Unit
from suggestions.models import Suggestion
from suggestions.texts import searched_texts
from suggestions.visibility import Seat, keys_of_few

#: A word of so many characters may be a sentence without spaces.
_SENTENCE = 4
#: From so many finds of single words on, finding takes so long that it is done once for half a
#: minute.
MANY = 1_000
#: And up to so many cases found: ten bytes each, in a memory that others need as well.
MOST_KEPT = 100_000

#: Sessions taken in from a ledger may not say when they opened: they are older than any that do.
BY_SESSION: list[Any] = [F("session__opens_on").asc(nulls_first=True), "session"]

#: A session, how many cases of it were found, and their keys as the database writes an array.
_Part = tuple[int, int, str]


@dataclass(frozen=True)
class Found:
    """
    What a search came to: the words that were looked for, and the cases that hold them.

    The cases are those that the actor saw when they were found, up to half a minute ago: what is
    read of them is read within what the actor sees (``cases``, ``counted``).
    """

    words: tuple[str, ...]
    #: In the order of ``BY_SESSION``.
    parts: list[_Part]
    #: Nothing held the query as it was typed, so it was cut into these words.
    is_cut: bool = False

    def cases(self, within: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
        """Keep the cases that were found, of those that the actor sees."""
        return _of(self.parts, within)

    def counted(self, within: QuerySet[Suggestion]) -> Counted:
        """Say how many cases were found in each session, and where they are."""
        return Counted(
            key="session",
            parts=[(session, count) for session, count, _ in self.parts],
            inside=lambda wanted: _of([each for each in self.parts if each[0] in wanted], within),
        )


def _of(parts: Sequence[_Part], within: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    keys = ",".join(keys.strip("{}") for _, _, keys in parts)
    return within.filter(among(f"{{{keys}}}")) if keys else within.none()


def find(query: str, within: QuerySet[Suggestion], actor: Membership) -> Found:
    """
    Find the cases that hold each word of a query; ``within`` are all that the actor may list.

    What took long to find is kept for the next page, another order or one filter more.
    """
    words = tuple(words_of(query))
    asked = repr((words, Seat.of(actor).written_from))
    found, is_cut, parts, _ = keep_value(
        f"found:{sha256(asked.encode()).hexdigest()}",
        lambda: _find(words, within, actor),
        reader=actor.pk,
        is_costly=lambda found: found[3] >= MANY and _number_of(found[2]) <= MOST_KEPT,
    )
    return Found(tuple(found), parts, is_cut)


def _number_of(parts: Iterable[_Part]) -> int:
    return sum(count for _, count, _ in parts)


def _find(
    words: tuple[str, ...], within: QuerySet[Suggestion], actor: Membership
) -> tuple[tuple[str, ...], bool, list[_Part], int]:
    """Return what was found, and how many finds of single words that took."""
    parts, looked_at = _seen_holding(words, within, actor)
    cut = _cut(words) if not parts else words
    if cut == words:
        return words, False, parts, looked_at
    parts, looked_at_again = _seen_holding(cut, within, actor)
    return cut, True, parts, looked_at + looked_at_again


def _cut(words: tuple[str, ...]) -> tuple[str, ...]:
    """Cut words that may be sentences where a dictionary knows shorter ones."""
    parts: list[str] = []
    for word in words:
        cut = rjieba.cut(word) if len(word) >= _SENTENCE and not word.isascii() else []
        parts += [part for part in cut if len(part) > 1] or [word]
    return tuple(dict.fromkeys(parts))[:MOST_WORDS]


def _seen_holding(
    words: Sequence[str], within: QuerySet[Suggestion], actor: Membership
) -> tuple[list[_Part], int]:
    keys, looked_at = _holding(words, actor)
    if keys is None:
        return [], looked_at
    seen = within.filter(among(keys)).order_by(*BY_SESSION).values_list("session")
    # As text and back: neither the driver nor Python looks at thousands of numbers.
    parts = seen.annotate(rows=Count("pk"), keys=Cast(ArrayAgg("pk"), TextField()))
    return list(parts), looked_at


def _holding(words: Sequence[str], actor: Membership) -> tuple[str | None, int]:
    """
    Return the keys of the cases that hold all words, of those that the actor sees and of others.

    And the number of finds of the single words.
    """
    if not words:
        return None, 0
    seat, standing = Seat.of(actor), tuple(stand_in(*each[::-1]) for each in enumerate(words))
    sql, values = _written(seat, standing)
    given: dict[Any, str] = {}
    for stands, word in zip(standing, words, strict=True):
        given |= dict(zip(values_of(stands), values_of(word), strict=True))
    bound = tuple(given.get(value, value) for value in values)
    if statements.is_verified and (sql, bound) != _written.__wrapped__(seat, tuple(words)):
        raise AssertionError(f"kept: {sql}, {bound}")
    connection = connections[router.db_for_read(Suggestion)]
    with connection.cursor() as cursor:
        cursor.execute(*in_words(connection, sql, bound))
        keys, looked_at = cursor.fetchone()
    return keys, looked_at


@lru_cache(maxsize=4_096)
def _written(seat: Seat, words: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """Write the statement that looks for so many words of such kinds, with their stand-ins."""
    values: list[Any] = []
    sets: list[str] = []
    for at, word in enumerate(words):
        found = _union_all(_holders(word, seat.actor), values)
        if at == 0:
            sets.append(f"word_0 (key) AS MATERIALIZED ({found})")
            sets.append(f"held_0 (key) AS MATERIALIZED ({_of_few(seat.actor, values)})")
            continue
        # Where no case holds the words before, nobody looks for one more.
        is_left = f"EXISTS (SELECT FROM held_{at - 1})"
        sets.append(
            f"word_{at} (key) AS MATERIALIZED (SELECT * FROM ({found}) found WHERE {is_left})"
        )
        both = f"(SELECT key FROM held_{at - 1}) INTERSECT (SELECT key FROM word_{at})"
        sets.append(f"held_{at} (key) AS MATERIALIZED ({both})")
    finds = " + ".join(f"(SELECT count(*) FROM word_{at})" for at in range(len(words)))
    # Seats of the same kind share one text.
    sql = sys.intern(
        f"WITH {', '.join(sets)} SELECT array_agg(key)::text, {finds} FROM held_{len(words) - 1}"
    )
    return sql, tuple(values)


def _of_few(actor: Membership, values: list[Any]) -> str:
    """Keep of the finds of the first word those that the actor may see, if these are few."""
    if few := keys_of_few(actor):
        return f"(SELECT key FROM word_0) INTERSECT ({_union_all(few, values)})"
    # A key may be there twice: to tell them apart would take longer than to send them.
    return "SELECT key FROM word_0"


def _union_all(queries: Iterable[QuerySet], values: list[Any]) -> str:
    parts = []
    for query in queries:
        with suppress(EmptyResultSet):
            sql, params = query.query.sql_with_params()
            parts.append(f"({sql})")
            values += params
    return " UNION ALL ".join(parts)


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
