"""
Find words in Chinese texts: the index of character pairs, and the places of the words in a text.

Chinese has no spaces between words, so what is indexed are all pairs of neighbouring characters;
a text holds a word only if it holds all pairs of it. The SQL function ``character_pairs`` makes
them (suggestions/migrations/0008); full-width letters and digits are folded, capitals too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchVectorField
from django.db.models import F, Func, Lookup, Q

#: More words than that nobody looks for, and a word longer than that is a paragraph.
MOST_WORDS, LONGEST_WORD = 5, 40
_WIDE = [chr(code) for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()]
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: As ``character_pairs`` folds; one character for one, so that places stay what they are.
_FOLD = str.maketrans(
    "".join(_WIDE) + _CAPITALS,
    "".join(chr(ord(wide) - 0xFEE0) for wide in _WIDE).lower() + _CAPITALS.lower(),
)
_WRITTEN: dict[str, str] = {}
for _code, _folded in _FOLD.items():
    _WRITTEN[chr(_folded)] = _WRITTEN.get(chr(_folded), chr(_folded)) + chr(_code)
_SPECIAL = frozenset(r"\^$.[]|()*+?{}")
_JOKERS = str.maketrans({sign: f"\\{sign}" for sign in r"\%_"})
#: The first of the characters that Unicode keeps free for everybody, and nobody's keyboard has.
_NOBODY_TYPES = 0xE000
_FOLDED = re.compile(f"[{''.join(map(chr, _FOLD))}]")


def fold(text: str) -> str:
    """Write letters and digits in half width and small."""
    # To look takes a tenth of the time that writing anew does, and most texts have none.
    return text.translate(_FOLD) if _FOLDED.search(text) else text


def words_of(query: str) -> list[str]:
    """Split what was typed into the words to be found, each once."""
    words = (fold(word)[:LONGEST_WORD] for word in query.split())
    return list(dict.fromkeys(words))[:MOST_WORDS]


class Pairs(Func):
    """The character pairs of one text field, or of several that are indexed together."""

    function = "character_pairs"
    # No pair of two fields: a word with a space in it is two words.
    arg_joiner = " || E'\\n' || "
    output_field = SearchVectorField()


class _HoldsPairs(Lookup):
    lookup_name = "holds_pairs"
    prepare_rhs = False
    value = "%s::tsquery"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} @@ {self.value}", [*params, self.rhs]


class _HoldsPairsByIndex(_HoldsPairs):
    lookup_name = "holds_pairs_by_index"
    # Of a word that most rows of a table hold, the planner would rather make all the pairs of
    # every row. Of a question it knows no answer to, and always goes by the index.
    value = "(SELECT %s::tsquery)"


class _Compares(Lookup):
    lookup_name = "compares"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        sql, params = self.process_lhs(compiler, connection)
        compared, value = comparison(sql, self.rhs)
        return compared, [*params, value]


class _Among(Lookup):
    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} = ANY(%s::bigint[])", [*params, self.rhs]


def among(keys: str, path: str = "pk") -> Q:
    """Keep the rows with these keys, of which there may be thousands: the database's array."""
    return Q(_Among(F(path), keys))


def says(fields: Sequence[str], word: str) -> Q:
    """Keep the rows that hold a word in one of the fields, which are indexed together."""
    found = Q(_HoldsPairsByIndex(Pairs(*fields), pairs_query(word)))
    if _is_exact(word):
        return found
    return found & reduce(or_, (contains(field, word) for field in fields))


def holds_any(fields: Sequence[str], groups: Iterable[Sequence[str]]) -> Q:
    """
    Keep the rows that hold the pairs of all words of one of the groups.

    Meant to find candidates by the index: the words may stand in different fields.
    """
    queries = (" & ".join(map(pairs_query, words)) for words in groups)
    return Q(_HoldsPairs(Pairs(*fields), " | ".join(f"({each})" for each in queries)))


def contains(field: str, word: str) -> Q:
    """Keep the rows whose field holds a folded word, in either width and case."""
    return Q(_Compares(F(field), word))


def comparison(sql: str, word: str) -> tuple[str, str]:
    """Return the condition, with its value, that a text in SQL holds a folded word."""
    return f"{sql} {'~' if _has_ways(word) else 'LIKE'} %s", _pattern(word)


def _pattern(word: str) -> str:
    if _has_ways(word):
        return "".join(map(_any_way, word))
    return f"%{word.translate(_JOKERS)}%"


def stand_in(word: str, at: int) -> str:
    """
    Return what stands for a word, the one at a place, in a statement that is written once.

    Words with the same stand-in are looked for by the same statement with other ``values_of``.
    """
    sign = chr(_NOBODY_TYPES + at)
    return sign * (1 if _is_exact(word) else 2) + ("a" if _has_ways(word) else sign)


def values_of(word: str) -> tuple[str, str]:
    """Return the values by which statements look for a word."""
    return pairs_query(word), _pattern(word)


def _is_exact(word: str) -> bool:
    # A pair is in the index if and only if it is in the text.
    return len(word) <= 2


def _has_ways(word: str) -> bool:
    return any(char in _WRITTEN for char in word)


def _any_way(char: str) -> str:
    if char in _WRITTEN:
        return f"[{_WRITTEN[char]}]"
    return f"\\{char}" if char in _SPECIAL else char


def pairs_query(word: str) -> str:
    """Write the pairs of a word as the database's tsquery."""
    if len(word) == 1:
        return f"{_quoted(word)}:*"
    pairs = dict.fromkeys(word[at : at + 2] for at in range(len(word) - 1))
    return " & ".join(map(_quoted, pairs))


def _quoted(pair: str) -> str:
    escaped = pair.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


class Piece(NamedTuple):
    """A piece of a text, and whether it is one of the words that were looked for."""

    text: str
    is_hit: bool


def pieces(text: str, words: Iterable[str]) -> list[Piece]:
    """Cut a text where the words begin and end; all pieces together are the text."""
    found: list[Piece] = []
    end = 0
    for start, stop in _hits(fold(text), words):
        if start > end:
            found.append(Piece(text[end:start], False))
        found.append(Piece(text[start:stop], True))
        end = stop
    if end < len(text):
        found.append(Piece(text[end:], False))
    return found


def _hits(folded: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Find where words stand, as stretches in order that do not touch."""
    places: list[tuple[int, int]] = []
    for word in filter(None, words):
        at = folded.find(word)
        while at >= 0:
            places.append((at, at + len(word)))
            at = folded.find(word, at + 1)
    places.sort()
    hits: list[tuple[int, int]] = []
    for start, stop in places:
        if hits and start <= hits[-1][1]:
            hits[-1] = (hits[-1][0], max(stop, hits[-1][1]))
        else:
            hits.append((start, stop))
    return hits


def snippet(
    text: str, words: Sequence[str], *, around: Sequence[str] = (), longest: int = 60
) -> list[Piece]:
    """
    Cut out what stands around the first word, with … where more stands before or after.

    All words are marked; ``around`` names those of which the first is to be seen.
    """
    line = " ".join(text.split())
    folded = fold(line)
    first = min((at for word in around or words if (at := folded.find(word)) >= 0), default=0)
    if len(line) <= longest:
        return pieces(line, words)
    start = max(min(first - longest // 4, len(line) - longest), 0)
    end = start + longest
    found = pieces(line[start:end], words)
    before = [Piece("…", False)] if start else []
    after = [Piece("…", False)] if end < len(line) else []
    return [*before, *found, *after]
