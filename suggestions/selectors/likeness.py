"""
Suggestions that resemble another one, within the congress and over the years.

Only advice. Candidates come from the indexes, a limited number of them: titles with the like
characters or with two words of this one, items with the words of an item. They are then compared
in detail: the share of the title's pairs of characters that another title has, and the share of
the items that another case asks for as well. Sentences that any suggestion may have make no two
alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from itertools import combinations, product
from operator import add, or_

import rjieba
from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import Membership, Role
from common.fulltext import among, fold, holds_any
from suggestions.models import Suggestion, SuggestionItem
from suggestions.selectors.pages import Alike

_FRAME = re.compile(r"^关于|的(?:若干)?(?:建议|意见|议案|问题)$")
#: Words of any title and any item; they make nothing alike.
# fmt: off
_COMMON = frozenset([
    "关于", "加强", "加快", "加大", "推进", "推动", "促进", "提高", "提升",
    "完善", "健全", "优化", "强化", "开展", "落实", "实施", "支持", "发展",
    "建立", "建设", "工作", "管理", "力度", "问题", "建议", "进一步", "我市",
    "全市", "我县", "我区", "本市", "尽快", "切实", "有关", "相关", "部门",
    "单位", "会同", "牵头", "方案", "实施方案", "措施", "任务", "完成", "标准",
    "时限", "明确", "制定", "今年", "进行", "做好", "方面", "情况",
])
# fmt: on
_COMMON_WEIGHT = 0.2
MOST_ALIKE = 8
#: The share of a title core found in another title; the share of the items that are alike.
TITLE_SHARE, ITEM_SHARE = 0.5, 0.4
#: The least common part of two items that are held to ask for the same.
_SAME_ITEM = 0.4
#: Candidates of one kind, those compared in detail, and the words that find them.
_MOST_FOUND, _MOST_COMPARED, _MOST_WORDS = 1000, 300, 4


def alike_cases(case: Suggestion, actor: Membership) -> list[Alike]:
    """
    Find cases that resemble this one, the most alike first.

    Deputies get their own and the published ones; drafts of others are never shown.
    """
    mine = _Wish.of(case, case.items.all())
    if not mine.words:
        return []
    keys = _candidates(mine)
    # Who may be seen is asked of the candidates, not of the whole archive.
    visible = Suggestion.objects.visible_to(actor).filter(among(keys))
    seen = Q(pk__in=visible.values("pk"))
    if actor.role == Role.DEPUTY:
        seen |= Q(is_published=True)
    others = (
        Suggestion.objects.filter(seen, among(keys), congress_id=case.congress_id)
        .exclude(proposed_on__isnull=True, is_imported=False)
        .exclude(pk=case.pk)
    )
    scores = {pk: score for pk, score in _compared(mine, _nearest(mine, others)) if score > 0}
    best = sorted(scores, key=lambda pk: (-scores[pk], -pk))[:MOST_ALIKE]
    shown = Suggestion.objects.select_related("lead_deputy", "delegation", "session")
    found = shown.in_bulk(best)
    opened = set(visible.filter(pk__in=best).values_list("pk", flat=True))
    return [Alike(found[pk], scores[pk], pk in opened) for pk in best if pk in found]


@dataclass(frozen=True)
class _Wish:
    """What is compared of a case: the core of its title and its items."""

    core: str
    items: tuple[str, ...]

    @classmethod
    def of(cls, case: Suggestion, items: Iterable[SuggestionItem]) -> _Wish:
        return cls(_core(case.title), tuple(each.text for each in items if each.text.strip()))

    @cached_property
    def words(self) -> list[str]:
        """Return the words of the title that say what it is about."""
        return _topic(self.core) or ([self.core] if len(self.core) > 1 else [])


def _core(title: str) -> str:
    return _FRAME.sub("", fold(title.strip()))


def _topic(text: str) -> list[str]:
    words = [word for word in rjieba.cut(text) if len(word) > 1 and word not in _COMMON]
    # The longest first: they are the rarest.
    return sorted(dict.fromkeys(words), key=len, reverse=True)


def _candidates(mine: _Wish) -> str:
    """Find the keys of cases worth comparing, of whatever visibility, as the database's array."""
    found = [_by_title(mine), *_by_items(mine)]
    parts = [query.order_by().query.sql_with_params() for query in found]
    # Planned as if all were wanted, by the index, and stopped where words are too common.
    few = [f"(SELECT * FROM ({sql} OFFSET 0) found LIMIT {_MOST_FOUND})" for sql, _ in parts]
    values = [value for _, params in parts for value in params]
    with connection.cursor() as cursor:
        # The operator compares with this; nothing else in the system uses it.
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, false)", [str(TITLE_SHARE)]
        )
        cursor.execute(
            f"SELECT array_agg(key)::text FROM ({' UNION '.join(few)}) found (key)", values
        )
        return cursor.fetchone()[0] or "{}"


def _nearest(mine: _Wish, others: QuerySet[Suggestion]) -> list[int]:
    """Keep those worth comparing in detail: with most words of the title in theirs, and newest."""
    held = [
        Case(When(title__contains=word, then=Value(1)), default=0, output_field=IntegerField())
        for word in mine.words[:_MOST_WORDS]
    ]
    best = others.annotate(held=reduce(add, held)).order_by("-held", "-pk")
    return list(best.values_list("pk", flat=True)[:_MOST_COMPARED])


def _by_title(mine: _Wish) -> QuerySet:
    """Find titles with like characters, or with two words of this one."""
    words = mine.words[:_MOST_WORDS]
    pairs: list[Sequence[str]] = [*combinations(words, 2)] or [words]
    titled = holds_any(("title", "number_text", "situation", "analysis"), pairs)
    together = reduce(or_, (Q(*(Q(title__contains=word) for word in pair)) for pair in pairs))
    like = Q(title__trigram_word_similar=mine.core)
    return Suggestion.objects.filter(like | titled & together).values_list("pk")


def _by_items(mine: _Wish) -> Iterable[QuerySet]:
    """
    Find items of like words: two of the title's, or one of them with one of the item's.

    What any suggestion may ask for, whatever it is about, finds no other.
    """
    titled = mine.words[:_MOST_WORDS]
    asked = {word for text in mine.items for word in _topic(text)} - set(titled)
    longest = sorted(asked, key=lambda word: (-len(word), word))[:_MOST_WORDS]
    for groups in (list(combinations(titled, 2)), list(product(titled, longest))):
        if groups:
            held = SuggestionItem.objects.filter(holds_any(("text",), groups))
            yield held.values_list("suggestion_id")


def _compared(mine: _Wish, keys: list[int]) -> Iterable[tuple[int, float]]:
    """Compare with some cases in detail; those that are not alike have the score 0."""
    texts: dict[int, list[str]] = {pk: [] for pk in keys}
    rows = SuggestionItem.objects.filter(suggestion__in=keys).order_by("number")
    for pk, text in rows.values_list("suggestion_id", "text"):
        texts[pk].append(text)
    titles = Suggestion.objects.filter(pk__in=keys).values_list("pk", "title")
    for pk, title in titles:
        by_title = _title_share(mine.core, _core(title))
        by_items = _items_share(mine.items, texts[pk])
        # Items that any suggestion could have make none alike that is about something else.
        about = fold("\n".join([title, *texts[pk]]))
        is_about_it = 2 * sum(word in about for word in mine.words) >= len(mine.words)
        is_alike = by_title >= TITLE_SHARE or (by_items >= ITEM_SHARE and is_about_it)
        yield pk, max(by_title, by_items) if is_alike else 0


@lru_cache(maxsize=2048)
def _pairs(text: str) -> frozenset[str]:
    plain = fold("".join(text.split()))
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def _title_share(core: str, other: str) -> float:
    """Weigh which share of the pairs of a title another one has; common words weigh little."""
    common = {pair for word in _COMMON if word in core for pair in _pairs(word)}
    weights = {pair: _COMMON_WEIGHT if pair in common else 1 for pair in _pairs(core)}
    held = sum(weight for pair, weight in weights.items() if pair in _pairs(other))
    return held / sum(weights.values()) if weights else 0


def _items_share(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """Weigh by their length which share of the items another case asks for as well."""
    total = sum(map(len, mine))
    alike = ((max((_common(text, other) for other in theirs), default=0), text) for text in mine)
    held = sum(share * len(text) for share, text in alike if share >= _SAME_ITEM)
    return held / total if total else 0


@lru_cache(maxsize=8192)
def _common(one: str, other: str) -> float:
    either = _pairs(one) | _pairs(other)
    return len(_pairs(one) & _pairs(other)) / len(either) if either else 0
