"""
Find words in Chinese texts: the index of character pairs, and the places of the words in a text.

Chinese has no spaces between words, so what is indexed are all pairs of neighbouring characters;
a text holds a word only if it holds all pairs of it. The SQL function ``character_pairs`` makes
them (suggestions/migrations/0008); full-width letters and digits are folded, capitals too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Any

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


def fold(text: str) -> str:
    """Write letters and digits in half width and small."""
    return text.translate(_FOLD)


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

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} @@ %s::tsquery", [*params, self.rhs]


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
    found = Q(_HoldsPairs(Pairs(*fields), pairs_query(word)))
    if len(word) <= 2:
        return found  # a pair is in the index if and only if it is in the text
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
    if not any(char in _WRITTEN for char in word):
        return Q(**{f"{field}__contains": word})
    return Q(**{f"{field}__regex": "".join(map(_any_way, word))})


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


@dataclass(frozen=True)
class Piece:
    """A piece of a text, and whether it is one of the words that were looked for."""

    text: str
    is_hit: bool


def pieces(text: str, words: Iterable[str]) -> list[Piece]:
    """Cut a text where the words begin and end; all pieces together are the text."""
    hit = bytearray(len(text))
    folded = fold(text)
    for word in filter(None, words):
        at = folded.find(word)
        while at >= 0:
            hit[at : at + len(word)] = b"\1" * len(word)
            at = folded.find(word, at + 1)
    cuts = [at for at in range(1, len(text)) if hit[at] != hit[at - 1]]
    edges = [0, *cuts, len(text)]
    return [
        Piece(text[start:end], bool(hit[start])) for start, end in pairwise(edges) if end > start
    ]


def held_words(text: str, words: Iterable[str]) -> set[str]:
    """Tell which of the words a text holds."""
    folded = fold(text)
    return {word for word in words if word in folded}


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
