"""The list of cases: what may be seen, and what a row shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from accounts.models import Membership, Role
from assignment.models import Assignment
from common.listing import Heading, Parts
from congress.models import Delegation
from ledgers.selectors.finding import BY_SESSION, Found
from ledgers.selectors.places import Place, places
from suggestions.models import Deadline, Suggestion
from suggestions.models.suggestion import case_address
from suggestions.stages import Stage
from suggestions.visibility import keys_of_few


def _in_order_of(key: str, field: str) -> Parts:
    """Part a list by the row that a case names, in the order of one of its columns."""
    return Parts(key, [F(f"{key}__{field}").asc(), key])


HEADINGS = [
    Heading("编号", key="number", by=["-filing", "number"], parts=Parts("session", BY_SESSION)),
    Heading("标题", key="title", by="title"),
    # Cases of one deputy or category stand in the order of their keys, as the index has them.
    Heading("领衔代表", key="deputy", parts=_in_order_of("lead_deputy", "name")),
    Heading("类别", key="category", parts=_in_order_of("category", "order")),
    Heading("承办单位"),
    Heading(
        "阶段",
        key="stage",
        by="stage",
        parts=Parts("stage", ["stage"], plain=frozenset(Stage.values)),
    ),
    Heading(
        "最近期限",
        key="due",
        by=F("nearest_due").asc(nulls_last=True),
        parts=Parts("has_duty", [F("has_duty").desc()], plain=frozenset({False})),
    ),
]


def listed_cases(actor: Membership) -> QuerySet:
    """Return the visible cases that were filed; other people's drafts are no list's business."""
    return (
        Suggestion.objects.visible_to(actor)
        .exclude(stage=Stage.DRAFT)
        .annotate(
            nearest_due=Subquery(_nearest(actor).values("due_on")[:1]),
            has_duty=Exists(_nearest(actor)),
        )
    )


def countable_cases(cases: QuerySet, actor: Membership) -> QuerySet:
    """
    Say of a deputy's list by the keys of what they may see, and not by each way to see a case.

    Such keys are few, and counting by the ways looks at the whole archive; but for whoever heads a
    delegation or a contact group: a fifth of the archive is theirs.
    """
    if actor.role != Role.DEPUTY or Delegation.objects.filter(head=actor.deputy).exists():
        return cases
    first, *others = keys_of_few(actor)
    return cases.filter(pk__in=first.union(*others, all=True))


def _nearest(actor: Membership) -> QuerySet:
    """Return the open duties of the outer case, the nearest first."""
    clocks = Deadline.objects.open().duties().filter(suggestion=OuterRef("pk"))
    if actor.unit_id:
        clocks = clocks.filter(holder_unit=actor.unit)
    return clocks.order_by("due_on", "pk")


@dataclass(slots=True)
class CaseRow:
    """
    A case as a line of the list, in the words that stand there.

    Fifty rows of tables with their relations would take longer to make than all else on the page.
    """

    pk: int
    number: str
    title: str
    #: The lead deputy or, where a delegation proposed, the delegation.
    proposer: str
    category: str
    stage: str
    #: What the case is besides: under supervision, graded, filed between sessions.
    badges: list[str]
    due: date | None
    clock: str
    #: The units that have it and as what (主办, 协办…).
    units: list[tuple[str, str]] = field(default_factory=list)
    #: Where the words that were looked for stand.
    places: list[Place] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        """Answer as a template asks first: it tries an attribute only once that has failed."""
        return getattr(self, name)

    def get_absolute_url(self) -> str:
        """Return the address of the page of the case."""
        return case_address(self.pk)


#: What is read for a row, in this order.
_SHOWN = (
    "pk",
    "number_text",
    "title",
    "lead_deputy__name",
    "delegation__name",
    "category__label",
    "stage",
    "round",
    "key_case__pk",
    "grade__label",
    "filing",
    "nearest_due",
    "nearest_kind",
)


def case_rows(cases: QuerySet, actor: Membership) -> list[CaseRow]:
    """Return the cases of one page with all that a row shows."""
    kind = Subquery(_nearest(actor).values("kind")[:1])
    rows = {row[0]: _row(*row) for row in cases.annotate(nearest_kind=kind).values_list(*_SHOWN)}
    live = Assignment.objects.live().filter(suggestion__in=list(rows)).order_by("role", "pk")
    for case, unit, role in live.values_list("suggestion_id", "unit__name", "role"):
        rows[case].units.append((unit, _ROLES[role]))
    return list(rows.values())


_ROLES = {role.value: str(role.label) for role in Assignment.Role}
_STAGES = {stage.value: str(stage.label) for stage in Stage}
_CLOCKS = {kind.value: str(kind.label) for kind in Deadline.Kind}


def _row(
    pk: int,
    number: str,
    title: str,
    lead: str | None,
    delegation: str,
    category: str | None,
    stage: str,
    round_: int,
    key_case: int | None,
    grade: str | None,
    filing: str,
    due: date | None,
    kind: str | None,
) -> CaseRow:
    again = f"·第{round_}轮" if round_ > 1 else ""
    badges = [
        "重点督办" if key_case else "",
        grade or "",
        "闭会" if filing == Suggestion.Filing.BETWEEN_SESSIONS else "",
    ]
    return CaseRow(
        pk=pk,
        number=number,
        title=title,
        proposer=lead or delegation,
        category=category or "",
        stage=f"{_STAGES[stage]}{again}",
        badges=[badge for badge in badges if badge],
        due=due,
        clock=_CLOCKS[kind] if kind else "",
    )


def tell_places(rows: Sequence[CaseRow], found: Found | None, actor: Membership) -> None:
    """Tell each row of a page of finds where the words stand in it (``places``)."""
    if found is None or not rows:
        return
    told = places(rows, found.words, actor)
    for row in rows:
        row.places = told[row.pk]


def found_at_once(actor: Membership, words: str) -> Suggestion | None:
    """Return the one case whose number was typed, so that a search for it opens it."""
    number = words.strip()
    if not number:
        return None
    numbers = Suggestion.objects.visible_to(actor).filter(session__is_current=True)
    exact = numbers.filter(number_text=number)
    if number.isascii() and number.isdigit() and len(number) < 8:
        exact = numbers.filter(number=int(number), filing=Suggestion.Filing.IN_SESSION)
    found: list[Any] = list(exact[:2])
    return found[0] if len(found) == 1 else None
