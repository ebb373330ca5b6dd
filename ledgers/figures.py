"""
The figures (统计) of a session: counts, and shares with their denominators told beside them.

One function makes them for the pages, the workbook's summary sheet, the annual report and the
command (docs/ledger-format.md). 件 are suggestions, 件次 receipts by units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import connections

from accounts.models import Membership
from common import replica
from common.figures import share
from common.kept import Kept, keep
from congress.models import (
    Category,
    Congress,
    Grade,
    ResultClass,
    Session,
    SupervisorCategory,
    System,
)
from ledgers.facts import FACTS, VERDICTS, Scope, classes_of, positional

Row = dict[str, Any]
Test = Callable[[Row], bool]

#: From so many cases on, counting takes so long that a page may show what was counted just before.
LARGE_SESSION = 1_000
#: What a person reads where a code was never given; no official name can be taken for it.
NO_CATEGORY, NO_SYSTEM, NO_SUPERVISOR = "未分类", "未交办", "未注明"

_CASE = """filing, is_research, category_id, grade_id, system_id, is_answered, first_class,
    final_class, first_attitude, first_result, final_attitude, final_result, is_key,
    supervisor_id, is_published"""
_RECEIPT = """role, is_answered, has_met, first_attitude, first_result, final_attitude,
    final_result"""

# One round trip: each part is a small table of combinations with their counts.
_COUNTS = f"""
{FACTS}
SELECT
    (SELECT json_agg(x) FROM (
        SELECT {_CASE}, count(*) AS n, sum(published_replies) AS replies
        FROM fact GROUP BY {_CASE}) x),
    (SELECT json_agg(x) FROM (
        SELECT {_RECEIPT}, count(*) AS n FROM receipt GROUP BY {_RECEIPT}) x),
    (SELECT json_agg(x) FROM (
        SELECT is_carried, standing, count(*) AS n FROM promise GROUP BY 1, 2) x),
    (SELECT count(*) FROM (SELECT unit_id FROM receipt GROUP BY unit_id) x)
"""


def figures(
    congress: Congress, session: Session, as_of: date, system: System | None = None
) -> dict[str, Any]:
    """
    Count a session as it stood at the end of a day; with a system, its share (政府口径).

    Shares are texts with two decimals, None where there is nothing to divide.
    """
    scope = Scope(congress, session, as_of, system)
    cases, receipts, promises, units = _count(scope)
    return {
        "congress": congress.code,
        "session": session.name,
        "as_of": as_of.isoformat(),
        "suggestions": _suggestions(congress, cases),
        "grades": _grades(congress, cases),
        "units": units,
        "answers": _answers(congress, cases),
        "receipts": _receipts(receipts),
        "verdicts": {"by_suggestion": _verdicts(cases), "by_receipt": _verdicts(receipts)},
        "key": _key(congress, cases),
        "commitments": _commitments(promises),
        "published": {
            "suggestions": _sum(cases, lambda row: row["is_published"]),
            "replies": sum(row["replies"] for row in cases),
        },
    }


def lately_counted(scope: Scope, *, reader: Membership, at: datetime) -> Kept:
    """
    Count as ``figures`` does, for a page: in a large session what is half a minute old will do,
    unless its reader did something since.
    """
    name = ":".join(str(value) for value in scope.values().values())
    return keep(
        f"figures:{name}",
        lambda: figures(scope.congress, scope.session, scope.as_of, scope.system),
        reader=reader.pk,
        at=at,
        is_costly=lambda counted: counted["suggestions"]["total"] >= LARGE_SESSION,
    )


def _count(scope: Scope) -> tuple[list[Row], list[Row], list[Row], int]:
    sql, values = positional(_COUNTS, scope.values())
    with connections[replica.alias()].cursor() as cursor:
        cursor.execute(sql, values)
        cases, receipts, promises, units = cursor.fetchone()
    return cases or [], receipts or [], promises or [], units


def _sum(rows: Iterable[Row], test: Test = lambda _: True) -> int:
    return sum(row["n"] for row in rows if test(row))


def _by(rows: Iterable[Row], key: str) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for row in rows:
        counts[row[key]] += row["n"]
    return counts


def _named(model: type, congress: Congress, counts: Counter[Any], nameless: str) -> list[Row]:
    """Name the keys of a count, in the order of their code list; what has no key comes last."""
    entries = model.objects.filter(congress=congress, pk__in=[key for key in counts if key])
    named = [
        {"name": str(entry), "count": counts[entry.pk]} for entry in entries.order_by("order", "pk")
    ]
    return named + ([{"name": nameless, "count": counts[None]}] if counts[None] else [])


def _suggestions(congress: Congress, cases: list[Row]) -> Row:
    total = _sum(cases)
    research = _sum(cases, lambda row: row["is_research"])
    categories = _named(Category, congress, _by(cases, "category_id"), NO_CATEGORY)
    return {
        "total": total,
        "in_session": _sum(cases, lambda row: row["filing"] == "in_session"),
        "between_sessions": _sum(cases, lambda row: row["filing"] == "between_sessions"),
        "from_research": {"count": research, "share": share(research, total)},
        "by_category": [
            {**category, "share": share(category["count"], total)}
            # The sort is stable: equal counts stay in the order of the code list.
            for category in sorted(categories, key=lambda category: -category["count"])
        ],
    }


def _grades(congress: Congress, cases: list[Row]) -> list[Row]:
    graded: dict[int, list[Row]] = {}
    for row in cases:
        if row["grade_id"]:
            graded.setdefault(row["grade_id"], []).append(row)
    grades = Grade.objects.filter(congress=congress, pk__in=graded).order_by("order", "pk")
    return [
        {
            "name": grade.label,
            "count": _sum(graded[grade.pk]),
            "by_system": _named(System, congress, _by(graded[grade.pk], "system_id"), NO_SYSTEM),
        }
        for grade in grades
    ]


def _answers(congress: Congress, cases: list[Row]) -> Row:
    answered = [row for row in cases if row["is_answered"]]
    classes = classes_of(congress)
    return {
        "answered": _sum(answered),
        "open": _sum(cases) - _sum(answered),
        "by_result": {
            which: _by_class(classes, _by(answered, f"{which}_class"), _sum(answered))
            for which in ("first", "final")
        },
    }


def _by_class(classes: dict[int, ResultClass], counts: Counter[Any], answered: int) -> list[Row]:
    return [
        {
            "code": entry.code,
            "label": entry.label,
            "count": counts[rank],
            "share": share(counts[rank], answered),
        }
        for rank, entry in classes.items()
        if counts[rank]
    ]


def _receipts(receipts: list[Row]) -> Row:
    by_role = _by(receipts, "role")
    answering = by_role["sole"] + by_role["lead"] + by_role["split"]
    met = _sum(receipts, lambda row: row["has_met"] and row["role"] != "support")
    return {
        "total": _sum(receipts),
        "sole": by_role["sole"],
        "lead": by_role["lead"],
        "split": by_role["split"],
        "supporting": by_role["support"],
        "met_in_person": {"count": met, "of": answering, "share": share(met, answering)},
    }


def _verdicts(rows: list[Row]) -> Row:
    return {
        which: {about: _verdict(rows, f"{which}_{about}") for about in ("attitude", "result")}
        for which in ("first", "final")
    }


def _verdict(rows: list[Row], column: str) -> Row:
    counts = _by(rows, column)
    feedback = sum(counts[rank] for rank in VERDICTS.values())
    return {
        "feedback": feedback,
        "no_feedback": _sum(rows, lambda row: row["is_answered"] and row[column] is None),
        **{
            word.label: {"count": counts[rank], "share": share(counts[rank], feedback)}
            for word, rank in VERDICTS.items()
        },
    }


def _key(congress: Congress, cases: list[Row]) -> Row:
    key = [row for row in cases if row["is_key"]]
    supervisors = _by(key, "supervisor_id")
    return {
        "total": _sum(key),
        "by_supervisor": _named(SupervisorCategory, congress, supervisors, NO_SUPERVISOR),
    }


def _commitments(promises: list[Row]) -> Row:
    standing = _by(promises, "standing")
    carried = _sum(promises, lambda row: row["is_carried"])
    return {
        "total": _sum(promises),
        "carried": carried,
        "new": _sum(promises) - carried,
        "fulfilled": standing["fulfilled"],
        "overdue": standing["overdue"],
        "not_due": standing["not_due"],
    }
