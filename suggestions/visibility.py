"""
Who sees which case: one query, its branch chosen by the role one acts in.

Never an OR over all roles: at 100,000 cases and 300,000 grants the branch of a unit took 8 ms
for a first page where the OR of everything took 19.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain
from operator import or_
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q, QuerySet

from accounts.models import SEATS, Membership, Role
from congress.models import Delegation, Deputy
from suggestions.stages import NUMBERED_AND_COUNTED, Stage

if TYPE_CHECKING:
    pass


_opened: ContextVar[tuple[int, int] | None] = ContextVar("opened", default=None)


class SuggestionQuerySet(QuerySet["Suggestion"]):
    def visible_to(self, actor: Membership) -> SuggestionQuerySet:
        """Keep the cases that exist for the acting membership; every query opens with this."""
        return self.filter(_condition(actor))

    def numbered(self) -> SuggestionQuerySet:
        """Keep those that figures count: numbered, neither withdrawn nor merged."""
        return self.filter(stage__in=NUMBERED_AND_COUNTED)


def cases_of(actor: Membership) -> Iterable[Any]:
    """
    Say in which cases rows may be read: every visible one, or on a case's own page that one.

    For the rows of cases alone, whose ``visible_to`` opens with it.
    """
    opened = _opened.get()
    if opened is not None and opened[0] == actor.pk:
        return [opened[1]]
    return apps.get_model("suggestions", "Suggestion").objects.visible_to(actor)


@contextmanager
def on_the_page_of(case_id: int, actor: Membership) -> Iterator[None]:
    """
    Read rows of one case alone, which its page has fetched through ``visible_to`` before.

    A dozen reads need not find out again, each for itself, that the case is visible.
    """
    token = _opened.set((actor.pk, case_id))
    try:
        yield
    finally:
        _opened.reset(token)


@dataclass(frozen=True)
class Seat:
    """An actor, equal to another where all that ``visible_to`` is written from is equal."""

    actor: Membership = field(compare=False)
    written_from: tuple[Any, ...]

    @classmethod
    def of(cls, actor: Membership) -> Seat:
        """Name what the conditions of a membership are written from, here and in the apps above."""
        holders = [getattr(actor, f"{name}_id") for name in SEATS]
        group = actor.deputy.delegation_id if actor.deputy else None
        kind = actor.delegation.kind if actor.delegation else ""
        return cls(
            actor,
            (actor.pk, actor.role, actor.congress_id, actor.user_id, group, kind, *holders),
        )


def _condition(actor: Membership) -> Q:
    match actor.role:
        case Role.STAFF | Role.DIRECTOR | Role.SESSION_STAFF:
            return Q(congress_id=actor.congress_id) & _not_a_strangers_draft(actor)
        case Role.LEADER:
            return Q(congress_id=actor.congress_id, stage__in=NUMBERED_AND_COUNTED)
        case Role.DEPUTY:
            return _of_deputy(actor)
        case Role.DELEGATION_SECRETARY:
            return _of_delegation(actor) & _not_a_strangers_draft(actor)
        case (
            Role.CLERK
            | Role.UNIT_HEAD
            | Role.SYSTEM_OFFICE
            | Role.COMMITTEE
            | Role.LEADING_OFFICIAL
        ):
            grants = apps.get_model("suggestions", "SuggestionGroupPermission").objects
            return Q(pk__in=grants.filter(group_id=actor.group_id).values("content_object_id"))
        case _:
            # The three administrators (三员) keep the house and read no case.
            return Q(pk__in=[])


_NEVER_SUBMITTED = Q(stage=Stage.DRAFT) | Q(stage=Stage.WITHDRAWN, proposed_on__isnull=True)


def _not_a_strangers_draft(actor: Membership) -> Q:
    return ~_NEVER_SUBMITTED | Q(entered_by=actor)


def keys_of_few(actor: Membership) -> list[QuerySet]:
    """
    Return queries for the keys of all that a membership sees, if that is but a part of a congress.

    To begin with, not to end with: there are keys of cases among them that it does not see.
    """
    match actor.role:
        case Role.DEPUTY:
            cases = apps.get_model("suggestions", "Suggestion").objects
            ways = chain(*_ways_of_deputy(actor))
            return [cases.filter(way).order_by().values("pk") for way in ways]
        case Role.CLERK | Role.UNIT_HEAD | Role.COMMITTEE | Role.LEADING_OFFICIAL:
            grants = apps.get_model("suggestions", "SuggestionGroupPermission").objects
            granted = grants.filter(group_id=actor.group_id)
            return [granted.order_by().values("content_object_id")]
        case _:
            return []


def _of_deputy(actor: Membership) -> Q:
    own, of_others = _ways_of_deputy(actor)
    return reduce(or_, own) | (reduce(or_, of_others) & ~_NEVER_SUBMITTED)


def _ways_of_deputy(actor: Membership) -> tuple[list[Q], list[Q]]:
    """Return the ways to cases of one's own, and to those of others once they are submitted."""
    deputy = actor.deputy
    assert deputy is not None  # noqa: S101 - the database ties the role to the seat
    cosigned = apps.get_model("suggestions", "CoSigner").objects.filter(deputy=deputy)
    own = [
        Q(lead_deputy=deputy),
        Q(pk__in=cosigned.exclude(state="declined").values("suggestion_id")),
        *_took_in_one_of(deputy),
    ]
    of_others = [
        Q(delegation__head=deputy),
        Q(lead_deputy__contact_group__head=deputy, filing="between_sessions"),
        Q(proposer="delegation", delegation_id=deputy.delegation_id),
    ]
    return own, of_others


def _took_in_one_of(deputy: Deputy) -> list[Q]:
    """Let the authors of a merged case follow the one it was merged into (并案)."""
    merged = apps.get_model("suggestions", "Suggestion").objects.filter(merged_into__isnull=False)
    cosignatures = apps.get_model("suggestions", "CoSigner").objects.filter(
        deputy=deputy, state="confirmed", suggestion__merged_into__isnull=False
    )
    return [
        Q(pk__in=merged.filter(lead_deputy=deputy).values("merged_into_id")),
        Q(pk__in=cosignatures.values("suggestion__merged_into_id")),
    ]


def _of_delegation(actor: Membership) -> Q:
    delegation = actor.delegation
    assert delegation is not None  # noqa: S101 - the database ties the role to the seat
    if delegation.kind == Delegation.Kind.CONTACT_GROUP:
        return Q(lead_deputy__contact_group=delegation, filing="between_sessions")
    return Q(delegation=delegation)


def audience_condition(actor: Membership) -> Q:
    """
    Say which entries, papers and talks of a visible case the actor may read.

    For rows with ``audience`` and ``unit`` columns. A verdict that is not released stands with
    ``not_units``; both lines of command, the system's office and 代表工委, learn it together.
    """
    match actor.role:
        case Role.STAFF | Role.DIRECTOR | Role.SESSION_STAFF | Role.SYSTEM_OFFICE | Role.LEADER:
            return Q()
        case Role.DEPUTY | Role.DELEGATION_SECRETARY:
            return Q(audience__in=["everyone", "not_units"])
        case Role.CLERK | Role.UNIT_HEAD:
            return Q(audience="everyone") | Q(audience="unit", unit_id=actor.unit_id)
        case Role.COMMITTEE:
            return Q(audience__in=["everyone", "offices"])
        case _:
            return Q(audience="everyone")
