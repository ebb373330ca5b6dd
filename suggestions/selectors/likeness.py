"""
Suggestions that resemble another one, within the congress and over the years.

Only advice. Trigrams of the title without 关于…的建议, which every title shares, and of each item;
both columns have a trigram index. With the database's ``C`` locale the similarity of Chinese
texts would silently be 0 (config/checks.py looks).
"""

from __future__ import annotations

import re

from django.db import connection
from django.db.models import Q

from accounts.models import Membership, Role
from suggestions.models import Suggestion
from suggestions.selectors.pages import Alike

_FRAME = re.compile(r"^关于|的(?:若干)?(?:建议|意见|议案|问题)$")
MOST_ALIKE = 8
#: A title core found to this share in another title; an item that resembles another to this share.
TITLE_SHARE, ITEM_SHARE = 0.5, 0.4

_SQL = """
WITH alike AS (
    SELECT other.id, word_similarity(%(core)s, other.title) AS score
      FROM suggestions_suggestion other
     WHERE other.congress_id = %(congress)s AND %(core)s <%% other.title
    UNION ALL
    SELECT theirs.suggestion_id, similarity(mine.text, theirs.text)
      FROM suggestions_suggestionitem mine
      JOIN suggestions_suggestionitem theirs ON theirs.text %% mine.text
     WHERE mine.suggestion_id = %(case)s AND theirs.suggestion_id <> %(case)s
)
SELECT id, max(score) FROM alike WHERE id <> %(case)s GROUP BY id ORDER BY 2 DESC, 1 DESC LIMIT 40
"""


def alike_cases(case: Suggestion, actor: Membership) -> list[Alike]:
    """
    Find cases that resemble this one, the most alike first.

    Deputies get their own and the published ones; drafts of others are never shown.
    """
    scores = _scores(case)
    if not scores:
        return []
    seen = Q(pk__in=Suggestion.objects.visible_to(actor).values("pk"))
    if actor.role == Role.DEPUTY:
        seen |= Q(is_published=True)
    found = (
        Suggestion.objects.filter(seen, pk__in=scores, congress_id=case.congress_id)
        .exclude(proposed_on__isnull=True, is_imported=False)
        .select_related("lead_deputy", "delegation", "session")
    )
    rows = [Alike(each, scores[each.pk]) for each in found]
    return sorted(rows, key=lambda row: (-row.score, -row.case.pk))[:MOST_ALIKE]


def _scores(case: Suggestion) -> dict[int, float]:
    core = _FRAME.sub("", case.title.strip())
    if len(core) < 2:
        return {}
    with connection.cursor() as cursor:
        # The operators compare with these; nothing else in the system uses the operators.
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, false),"
            " set_config('pg_trgm.similarity_threshold', %s, false)",
            [str(TITLE_SHARE), str(ITEM_SHARE)],
        )
        cursor.execute(_SQL, {"core": core, "congress": case.congress_id, "case": case.pk})
        return {pk: float(score) for pk, score in cursor.fetchall()}
