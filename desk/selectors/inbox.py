"""What is asked of the one who acts: the queues of the inbox, counted by the queries they show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from common import prepared, statements
from common.among import one_of
from suggestions.models import Deadline, Suggestion
from suggestions.models.deadline import WHO_EXTENDED
from suggestions.registry import Queue, queues_for
from suggestions.visibility import Seat

#: Rows of one queue on the inbox page; the rest are one click away.
SHOWN = 20
#: Rows of all queues together, shared alike; a queue has at least so many of them.
ON_THE_PAGE, LEAST_SHOWN = 30, 3
#: The nearest tasks of a queue, and with each how many the whole queue holds.
_NEAREST = """
    SELECT {code} AS code, task.in_case, task.target, task.due::date, count(*) OVER ()
    FROM ({tasks}) task (in_case, target, due)
    ORDER BY 4 NULLS LAST, target LIMIT {limit}
"""
#: Stands for a target while an address is written; nothing has such a key.
_NO_TARGET = 7_700_770_077
#: What a task says of its case.
_SHOWN_OF_CASE = ("number_text", "title", "lead_deputy__name", "delegation__name")
_NOTHING = "SELECT NULL::bigint, NULL::bigint, NULL::date WHERE FALSE"


@dataclass(frozen=True)
class Task:
    """One row of the inbox: what is asked, on which case, until when, and where it is done."""

    ask: str
    button: str
    case: Suggestion
    due: date | None
    url: str
    clock: Deadline | None = None


@dataclass(frozen=True)
class Section:
    """One queue with its full count and its nearest rows."""

    code: str
    label: str
    count: int
    tasks: list[Task]

    @property
    def hidden(self) -> int:
        """Return how many rows are not shown."""
        return self.count - len(self.tasks)


def counts(actor: Membership) -> dict[str, int]:
    """Return the number of tasks of each queue of the actor's role, in one query."""
    queues = queues_for(actor)
    return dict(_ask(actor, queues, "SELECT {code}, count(*) FROM ({tasks}) task"))


def inbox(actor: Membership, *, only: str = "", shown: int = SHOWN) -> list[Section]:
    """
    Return the queues that hold something, each with its full count and its nearest tasks.

    ``only`` keeps one queue and shows it up to 500 rows long.
    """
    queues = [queue for queue in queues_for(actor) if only in {"", queue.code}]
    limit = 500 if only else shown
    rows: dict[str, list[tuple[int, int, date | None, int]]] = {queue.code: [] for queue in queues}
    for code, *row in _ask(
        actor, queues, _NEAREST.format(code="{code}", tasks="{tasks}", limit=limit)
    ):
        rows[code].append(tuple(row))
    if not only:
        filled = sum(bool(found) for found in rows.values())
        share = max(LEAST_SHOWN, ON_THE_PAGE // max(filled, 1))
        rows = {code: found[:share] for code, found in rows.items()}
    cases = _cases(actor, {case for found in rows.values() for case, *_ in found})
    clocks = _clocks(actor, {(case, due) for found in rows.values() for case, _, due, _ in found})
    sections = []
    for queue in queues:
        tasks = [
            Task(
                queue.ask,
                queue.button,
                cases[case],
                due,
                _address(queue, target),
                clocks.get((case, due)),
            )
            for case, target, due, _ in rows[queue.code]
            if case in cases
        ]
        if tasks:
            count = max(rows[queue.code][0][3], len(tasks))
            sections.append(Section(queue.code, queue.label, count, tasks))
    return sections


def _address(queue: Queue, target: int) -> str:
    return str(target).join(_around_target(queue.url_name))


@cache
def _around_target(url_name: str) -> tuple[str, str]:
    """Return what stands before and after the target in an address; a page has three dozen."""
    before, after = reverse(url_name, args=[_NO_TARGET]).split(str(_NO_TARGET))
    return before, after


def _ask(actor: Membership, queues: list[Queue], form: str) -> list[tuple]:
    """
    Ask all queues in one go; ``form`` says what of each, with its ``{code}`` and its ``{tasks}``.

    A question each would cost more in asking than in answering.
    """
    written = _written(Seat.of(actor), timezone.localdate())
    parts: list[str] = []
    values: list[Any] = []
    for queue in queues:
        sql, params = written[queue.code]
        parts.append(f"({form.format(code='%s', tasks=sql)})")
        values += [queue.code, *params]
    if not parts:
        return []
    return prepared.ask(" UNION ALL ".join(parts), values)


@lru_cache(maxsize=256)
def _written(seat: Seat, on: date) -> dict[str, tuple[str, tuple[Any, ...]]]:
    """
    Write the questions of a membership's queues, once a day: writing them takes Django longer
    than answering takes the database. The answers are asked anew each time.
    """
    return {queue.code: _sql(queue.tasks(seat.actor)) for queue in queues_for(seat.actor)}


def _sql(tasks: QuerySet) -> tuple[str, tuple[Any, ...]]:
    columns = tasks.order_by().values_list("task_case", "task_target", "task_due")
    try:
        return columns.query.sql_with_params()
    except EmptyResultSet:  # nothing can be in it, as where a seat has no body
        return _NOTHING, ()


def _cases(actor: Membership, ids: set[int]) -> dict[int, Suggestion]:
    shown = statements.rows(_shown_cases, sorted(ids), fixed=(Seat.of(actor),))
    return {case.pk: case for case in shown}


def _shown_cases(seat: Seat, ids: list[int]) -> QuerySet[Suggestion]:
    cases = Suggestion.objects.visible_to(seat.actor).filter(one_of("pk", ids))
    return cases.select_related("lead_deputy", "delegation").only(*_SHOWN_OF_CASE).order_by()


def _clocks(
    actor: Membership, days: set[tuple[int, date | None]]
) -> dict[tuple[int, date | None], Deadline]:
    """Find the open clocks whose last days the tasks name, the actor's own where there are two."""
    wanted = {case for case, due in days if due}
    if not wanted:
        return {}
    clocks = statements.rows(_running_clocks, sorted(wanted), fixed=(Seat.of(actor),))
    named = [clock for clock in clocks if (clock.suggestion_id, clock.due_on) in days]
    prefetch_related_objects(named, *WHO_EXTENDED)
    named.sort(key=lambda clock: _is_own(clock, actor))
    return {(clock.suggestion_id or 0, clock.due_on): clock for clock in named}


def _running_clocks(seat: Seat, ids: list[int]) -> QuerySet[Deadline]:
    running = Deadline.objects.visible_to(seat.actor).open().filter(one_of("suggestion", ids))
    return running.order_by("-pk")


def _is_own(clock: Deadline, actor: Membership) -> bool:
    own = [
        (clock.holder_unit_id, actor.unit_id),
        (clock.holder_deputy_id, actor.deputy_id),
        (clock.holder_office_id, actor.office_id),
    ]
    return any(holder is not None and holder == seat for holder, seat in own)
