"""The list behind each figure: the same facts and conditions that were counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from assignment.models import Assignment
from common.refusals import Refusal
from congress.models import Category, Grade, SupervisorCategory, System
from handling.models import Promise
from ledgers.facts import FACTS, VERDICTS, Scope, classes_of, positional
from ledgers.figures import NO_CATEGORY, NO_SUPERVISOR, NO_SYSTEM
from suggestions.models import Suggestion


class NoSuchFigure(Refusal):
    def __init__(self, path: str):
        super().__init__(f"没有“{path[:60]}”这一项统计。")


@dataclass(frozen=True)
class Behind:
    """Where the rows behind a figure stand, and which of them are meant."""

    model: type[Model]
    table: str
    condition: str
    values: tuple[tuple[str, Any], ...] = ()


_CASES = {
    "suggestions.total": "TRUE",
    "suggestions.in_session": "filing = 'in_session'",
    "suggestions.between_sessions": "filing = 'between_sessions'",
    "suggestions.from_research": "is_research",
    "answers.answered": "is_answered",
    "answers.open": "NOT is_answered",
    "key.total": "is_key",
    "published.suggestions": "is_published",
    "published.replies": "published_replies > 0",
}
_RECEIPTS = {
    "receipts.total": "TRUE",
    "receipts.sole": "role = 'sole'",
    "receipts.lead": "role = 'lead'",
    "receipts.split": "role = 'split'",
    "receipts.supporting": "role = 'support'",
    "receipts.met_in_person": "answers AND has_met",
    "receipts.answering": "answers",
    "units": "TRUE",
}
_PROMISES = {
    "commitments.total": "TRUE",
    "commitments.carried": "is_carried",
    "commitments.new": "NOT is_carried",
    "commitments.fulfilled": "standing = 'fulfilled'",
    "commitments.overdue": "standing = 'overdue'",
    "commitments.not_due": "standing = 'not_due'",
}
_PLAIN: dict[str, Behind] = {
    **{path: Behind(Suggestion, "fact", test) for path, test in _CASES.items()},
    **{path: Behind(Assignment, "receipt", test) for path, test in _RECEIPTS.items()},
    **{path: Behind(Promise, "promise", test) for path, test in _PROMISES.items()},
}
_VERDICT_TABLES = {
    "by_suggestion": (Suggestion, "fact"),
    "by_receipt": (Assignment, "receipt"),
}
_WORDS = {word.label: rank for word, rank in VERDICTS.items()}


def rows_behind(scope: Scope, path: str) -> QuerySet[Any]:
    """
    Find the suggestions, receipts or promises that a figure counts.

    A path follows the figures' keys; a named entry comes after a colon
    (``suggestions.by_category:教科文卫体``, ``answers.by_result.first:A``).

    :raises NoSuchFigure: if no figure has this path.
    """
    behind = _find(scope, path)
    return behind.model._default_manager.filter(pk__in=_keys(scope, behind, "id"))


def cases_of(scope: Scope, path: str) -> QuerySet[Suggestion]:
    """
    Find the suggestions that a figure is about, each once.

    :raises NoSuchFigure: if no figure has this path.
    """
    behind = _find(scope, path)
    key = "id" if behind.table == "fact" else "suggestion_id"
    return Suggestion.objects.filter(pk__in=_keys(scope, behind, key))


def _keys(scope: Scope, behind: Behind, column: str) -> RawSQL:
    sql = f"{FACTS} SELECT {column} FROM {behind.table} WHERE {behind.condition}"
    # Every word of the SQL is from this module; what people ask comes in as values.
    return RawSQL(*positional(sql, {**scope.values(), **dict(behind.values)}))  # noqa: S611


def _find(scope: Scope, path: str) -> Behind:
    if path in _PLAIN:
        return _PLAIN[path]
    key, _, name = path.partition(":")
    if name and key in _NAMED:
        return _NAMED[key](scope, path, name)
    if key.startswith("verdicts.") and not name:
        return _verdict(path)
    raise NoSuchFigure(path)


def _verdict(path: str) -> Behind:
    match path.split("."):
        case [
            _,
            counting,
            ("first" | "final") as which,
            ("attitude" | "result") as about,
            word,
        ] if counting in _VERDICT_TABLES:
            column = f"{which}_{about}"
            model, table = _VERDICT_TABLES[counting]
        case _:
            raise NoSuchFigure(path)
    if word == "feedback":
        return Behind(model, table, f"{column} IS NOT NULL")
    if word == "no_feedback":
        return Behind(model, table, f"is_answered AND {column} IS NULL")
    if word not in _WORDS:
        raise NoSuchFigure(path)
    return Behind(model, table, f"{column} = {_WORDS[word]}")


def _entry(model: type[Model], column: str, nameless: str) -> Callable[..., Behind]:
    field = "name" if model is System else "label"

    def find(scope: Scope, path: str, name: str, also: str = "TRUE") -> Behind:
        entries = model._default_manager.filter(congress=scope.congress, **{field: name})
        key = entries.order_by("pk").values_list("pk", flat=True).first()
        if key is None and name != nameless:
            raise NoSuchFigure(path)
        if key is None:
            return Behind(Suggestion, "fact", f"{also} AND {column} IS NULL")
        return Behind(Suggestion, "fact", f"{also} AND {column} = %(entry)s", (("entry", key),))

    return find


def _key(scope: Scope, path: str, name: str) -> Behind:
    find = _entry(SupervisorCategory, "supervisor_id", NO_SUPERVISOR)
    return find(scope, path, name, also="is_key")


def _grade(scope: Scope, path: str, name: str) -> Behind:
    """Find a grade, and after a slash the system it is counted for (一类/政府)."""
    grade, _, system = name.partition("/")
    of_grade = _entry(Grade, "grade_id", "")(scope, path, grade)
    if not system:
        return of_grade
    of_system = _entry(System, "system_id", NO_SYSTEM)(scope, path, system)
    condition = of_system.condition.replace("%(entry)s", "%(system_entry)s")
    values = (*of_grade.values, *(("system_entry", value) for _, value in of_system.values))
    return Behind(Suggestion, "fact", f"{of_grade.condition} AND {condition}", values)


def _result(which: str) -> Callable[..., Behind]:
    def find(scope: Scope, path: str, code: str) -> Behind:
        for rank, entry in classes_of(scope.congress).items():
            if entry.code == code:
                condition = f"is_answered AND {which}_class = {rank:d}"
                return Behind(Suggestion, "fact", condition)
        raise NoSuchFigure(path)

    return find


_NAMED: dict[str, Callable[..., Behind]] = {
    "suggestions.by_category": _entry(Category, "category_id", NO_CATEGORY),
    "grades": _grade,
    "key.by_supervisor": _key,
    "answers.by_result.first": _result("first"),
    "answers.by_result.final": _result("final"),
}
