"""
Which texts of a case can be searched, said by each app and asked by the search.

Apps register in their ``AppConfig.ready``, as they do with panels: the search, above all of them,
finds words in texts whose tables and rules of sight it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.db.models.expressions import Combinable

from accounts.models import Membership


@dataclass(frozen=True)
class SearchedText:
    """
    The texts in one table, indexed together by the pairs of their characters.

    ``rows(actor)`` returns the rows that the actor may read *in a case that the actor sees*; the
    search keeps to such cases. ``case`` is the path to the id of the case. ``fields`` are those of
    the index, in its order; each with the words that say where it stands, or None where the list
    shows the text anyway.
    """

    code: str
    rows: Callable[[Membership], QuerySet]
    case: str
    fields: Mapping[str, Combinable | None]
    order: int = 100


@dataclass
class _Register:
    texts: dict[str, SearchedText] = field(default_factory=dict)


_register = _Register()


def register_text(text: SearchedText) -> None:
    """Let the search look through a text; registering the same code again replaces it."""
    _register.texts[text.code] = text


def searched_texts() -> list[SearchedText]:
    """Return what the search looks through, in the order in which finds are shown."""
    return sorted(_register.texts.values(), key=lambda each: (each.order, each.code))
