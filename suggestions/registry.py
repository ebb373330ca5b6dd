"""
What can be done, said by each app and asked by the case page and the inbox.

Apps register in their ``AppConfig.ready``; the desk on top reads, and imports no app for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Membership
from suggestions.models import Suggestion


@dataclass(frozen=True)
class CaseAction:
    """
    A deed on the case page.

    ``targets(actor, case)`` returns the ids that ``url_name`` takes (the case's own id, an
    assignment's, a reply's…), none if the actor cannot do it now. A lower ``order`` comes first;
    the first one shown is the filled button.
    """

    code: str
    label: str
    url_name: str
    targets: Callable[[Membership, Suggestion], Iterable[int]]
    order: int = 100
    is_quiet: bool = False


@dataclass(frozen=True)
class OfferedAction:
    """A deed the actor can do now, with its address."""

    code: str
    label: str
    url: str
    is_quiet: bool


@dataclass(frozen=True)
class Queue:
    """
    One kind of task in the inbox.

    ``tasks(actor)`` is a query with the columns ``task_case`` (a suggestion id), ``task_target``
    (the id that ``url_name`` takes) and ``task_due`` (a date or NULL); the count shown is its
    count, so the two cannot differ.
    """

    code: str
    label: str
    ask: str
    button: str
    url_name: str
    roles: frozenset[str]
    tasks: Callable[[Membership], QuerySet]
    order: int = 100


@dataclass(frozen=True)
class Panel:
    """
    One part of the case page.

    ``build(actor, case, today)`` returns what ``template`` needs, or None where the actor may not
    see the panel or there is nothing in it. ``order``: 10 to 19 what was said, 20s assignment,
    30s handling, 40s supervision, 50s evaluation.
    """

    code: str
    title: str
    template: str
    build: Callable[[Membership, Suggestion, date], dict[str, Any] | None]
    order: int


@dataclass(frozen=True)
class BuiltPanel:
    """A panel with what it shows."""

    code: str
    title: str
    template: str
    content: dict[str, Any]


class StopWork(Protocol):
    """
    What a later app does with its own rows when a case is withdrawn or merged away.

    Called under the lock of the case, before its stage moves and before its clocks end.
    """

    def __call__(self, case: Suggestion, *, by: Membership, at: datetime) -> None: ...


@dataclass
class _Register:
    actions: dict[str, CaseAction] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    panels: dict[str, Panel] = field(default_factory=dict)
    stops: dict[str, StopWork] = field(default_factory=dict)


_register = _Register()


def register_action(action: CaseAction) -> None:
    """Add a deed to the case page; registering the same code again replaces it."""
    _register.actions[action.code] = action


def register_queue(queue: Queue) -> None:
    """Add a kind of task to the inbox; registering the same code again replaces it."""
    _register.queues[queue.code] = queue


def register_panel(panel: Panel) -> None:
    """Add a part to the case page; registering the same code again replaces it."""
    _register.panels[panel.code] = panel


def on_withdraw(app: str, stop: StopWork) -> None:
    """
    Let an app stop what it has under way when a case is withdrawn (撤回).

    docs/decisions/0101-withdrawing-stops-later-stages.md says why this is a list of functions
    and no signal.
    """
    _register.stops[app] = stop


def stop_work_on(case: Suggestion, *, by: Membership, at: datetime) -> None:
    """Let every app stop its own work on a locked case, in the order of the apps' names."""
    for _, stop in sorted(_register.stops.items()):
        stop(case, by=by, at=at)


def panels_for(actor: Membership, case: Suggestion, *, today: date) -> list[BuiltPanel]:
    """Return the parts of the case page that have something to show the actor."""
    built = []
    for panel in sorted(_register.panels.values(), key=lambda each: (each.order, each.code)):
        content = panel.build(actor, case, today)
        if content is not None:
            built.append(BuiltPanel(panel.code, panel.title, panel.template, content))
    return built


def actions_for(actor: Membership, case: Suggestion) -> list[OfferedAction]:
    """Return what the actor can do on the case now, the most likely first."""
    offered = []
    for action in sorted(_register.actions.values(), key=lambda each: (each.order, each.code)):
        for target in action.targets(actor, case):
            url = reverse(action.url_name, args=[target])
            offered.append(OfferedAction(action.code, action.label, url, action.is_quiet))
    return offered


def queues_for(actor: Membership) -> list[Queue]:
    """Return the kinds of tasks that the actor's role may have, in the order of the inbox."""
    queues = [queue for queue in _register.queues.values() if actor.role in queue.roles]
    return sorted(queues, key=lambda queue: (queue.order, queue.code))


def all_actions() -> list[CaseAction]:
    """Return every registered deed, for docs and for the access matrix."""
    return sorted(_register.actions.values(), key=lambda each: (each.order, each.code))
