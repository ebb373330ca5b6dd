"""What is asked of the one who acts: the queues of the inbox, counted by the queries they show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet
from django.urls import reverse

from accounts.models import Membership
from suggestions.models import Deadline, Suggestion
from suggestions.registry import Queue, queues_for

#: Rows of one queue on the inbox page; the rest are one click away.
SHOWN = 20


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


def _nearest_first(queue: Queue, actor: Membership) -> QuerySet:
    tasks = queue.tasks(actor)
    return tasks.order_by(F("task_due").asc(nulls_last=True), "task_case", "task_target")


def counts(actor: Membership) -> dict[str, int]:
    """Return the number of tasks of each queue of the actor's role."""
    return {queue.code: queue.tasks(actor).count() for queue in queues_for(actor)}


def inbox(actor: Membership, *, only: str = "", shown: int = SHOWN) -> list[Section]:
    """
    Return the queues that hold something, each with its nearest tasks.

    ``only`` keeps one queue and shows it up to 500 rows long.
    """
    queues = [queue for queue in queues_for(actor) if only in {"", queue.code}]
    limit = 500 if only else shown
    rows = {
        queue.code: list(
            _nearest_first(queue, actor).values_list("task_case", "task_target", "task_due")[:limit]
        )
        for queue in queues
    }
    cases = _cases(actor, {case for found in rows.values() for case, _, _ in found})
    clocks = _clocks(actor, {(case, due) for found in rows.values() for case, _, due in found})
    sections = []
    for queue in queues:
        tasks = [
            Task(
                queue.ask,
                queue.button,
                cases[case],
                due,
                reverse(queue.url_name, args=[target]),
                clocks.get((case, due)),
            )
            for case, target, due in rows[queue.code]
            if case in cases
        ]
        if tasks:
            full = len(rows[queue.code]) == limit
            count = queue.tasks(actor).count() if full else len(tasks)
            sections.append(Section(queue.code, queue.label, count, tasks))
    return sections


def _cases(actor: Membership, ids: set[int]) -> dict[int, Suggestion]:
    cases = Suggestion.objects.visible_to(actor).select_related("lead_deputy", "delegation")
    return {case.pk: case for case in cases.filter(pk__in=ids)}


def _clocks(
    actor: Membership, days: set[tuple[int, date | None]]
) -> dict[tuple[int, date | None], Deadline]:
    """Find the open clocks whose last days the tasks name, the actor's own where there are two."""
    wanted = {case for case, due in days if due}
    if not wanted:
        return {}
    clocks = Deadline.objects.visible_to(actor).open().filter(suggestion__in=wanted)
    found = {}
    for clock in sorted(
        clocks.with_reasons().order_by("-pk"), key=lambda each: _is_own(each, actor)
    ):
        found[(clock.suggestion_id, clock.due_on)] = clock
    return found


def _is_own(clock: Deadline, actor: Membership) -> bool:
    own = [
        (clock.holder_unit_id, actor.unit_id),
        (clock.holder_deputy_id, actor.deputy_id),
        (clock.holder_office_id, actor.office_id),
    ]
    return any(holder is not None and holder == seat for holder, seat in own)
