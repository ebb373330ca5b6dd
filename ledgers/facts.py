"""
The facts that figures are made of: one row per case, receipt and promise, in one piece of SQL.

A number and the list behind it are asked of the same rows with the same conditions
(``ledgers.figures`` counts them, ``ledgers.drill`` lists them), so that the two cannot differ.
docs/ledger-format.md gives the definitions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from assignment.models import ENDED_STATES, Assignment
from congress.models import Congress, ResultClass, Session, System
from evaluation.models import Grade, Verdict
from handling.models import Opinion, Promise, Reply
from suggestions.stages import NUMBERED_AND_COUNTED

#: From the most to the least favourable: the fold of several units takes the greatest.
VERDICTS = {Grade.SATISFIED: 1, Grade.FAIRLY: 2, Grade.DISSATISFIED: 3}


@dataclass(frozen=True)
class Scope:
    """Of what figures are made: one session, as it stood at the end of a day, maybe one system."""

    congress: Congress
    session: Session
    as_of: date
    system: System | None = None

    def values(self) -> dict[str, Any]:
        """Name what the SQL asks for."""
        return {
            "congress": self.congress.pk,
            "session": self.session.pk,
            "as_of": self.as_of,
            "system": self.system.pk if self.system else None,
        }


def positional(sql: str, values: dict[str, Any]) -> tuple[str, list[Any]]:
    """Turn named parameters into positional ones, the only kind that RawSQL takes."""
    names = re.findall(r"%\((\w+)\)s", sql)
    return re.sub(r"%\(\w+\)s", "%s", sql), [values[name] for name in names]


def classes_of(congress: Congress) -> dict[int, ResultClass]:
    """Number the result classes of a congress from the most to the least favourable."""
    classes = ResultClass.objects.filter(congress=congress).order_by("order", "pk")
    return dict(enumerate(classes, start=1))


def _words(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


def _rank(column: str) -> str:
    cases = " ".join(f"WHEN '{word}' THEN {rank}" for word, rank in VERDICTS.items())
    return f"CASE {column} {cases} END"


def _folded(what: str) -> str:
    """Take the least favourable of all that answer; in the last round only of those that stand."""
    first = f"max(first_{what})"
    final = f"max(final_{what}) FILTER (WHERE NOT is_gone)"
    # A last round that stands without a class has none; only what nobody holds any more keeps
    # what was said of it first.
    final = f"CASE WHEN NOT bool_and(is_gone) THEN {final} ELSE {first} END"
    return f"{first} AS first_{what}, {final} AS final_{what}"


# A receipt that was taken away again counts only where it was answered: a later round by another
# unit does not unmake the first (rounds are kept).
# 政府口径 counts the 独办, 主办 and 分办 receipts of the system, and nothing else of those cases.
#
# FULL JOIN says no more here than LEFT JOIN would, and can only be hashed or merged: right after a
# large import the planner believes in a handful of rows and would join them in nested loops, for
# minutes. What is asked of a joined row is asked so that the planner cannot make it a LEFT JOIN
# after all (COALESCE). Arrays of keys keep each table on its index, whatever the archive holds
# besides. "At" columns carry the round in front of the rank, so that the least is the first round's
# and the greatest the last one's.
FACTS = f"""
WITH numbered AS MATERIALIZED (
    SELECT s.id, s.filing, s.category_id, s.grade_id, s.is_published, s.published_replies,
        COALESCE(o.is_research, FALSE) AS is_research
    FROM suggestions_suggestion s
    LEFT JOIN congress_origin o ON o.id = s.origin_id
    WHERE s.congress_id = %(congress)s AND s.session_id = %(session)s
        AND s.stage IN ({_words(NUMBERED_AND_COUNTED)})
),
held AS MATERIALIZED (
    SELECT a.id, a.suggestion_id, a.unit_id, a.role, a.state IN ({_words(ENDED_STATES)}) AS is_gone,
        COALESCE(i.system_id, u.system_id) AS system_id
    FROM assignment_assignment a
    JOIN congress_unit u ON u.id = a.unit_id
    LEFT JOIN ledgers_importedreceipt i ON i.assignment_id = a.id
    WHERE a.suggestion_id = ANY(ARRAY(SELECT id FROM numbered))
        AND (%(system)s::bigint IS NULL OR (
            COALESCE(i.system_id, u.system_id) = %(system)s
            AND a.role <> '{Assignment.Role.SUPPORT}'))
),
class AS (
    SELECT id, row_number() OVER (ORDER BY "order", id) AS rank
    FROM congress_resultclass WHERE congress_id = %(congress)s
),
replied AS (
    SELECT id, min(at) AS first_at, max(at) AS final_at
    FROM (
        SELECT r.assignment_id AS id, r.round * 1000 + COALESCE(c.rank, 0) AS at
        FROM handling_reply r
        LEFT JOIN class c ON c.id = COALESCE(r.reviewed_class_id, r.claimed_class_id)
        WHERE r.assignment_id = ANY(ARRAY(SELECT id FROM held))
            AND r.state = '{Reply.State.ISSUED}' AND r.issued_on <= %(as_of)s
    ) each
    GROUP BY id
),
judged AS (
    SELECT id, min(attitude_at) %% 10 AS first_attitude, max(attitude_at) %% 10 AS final_attitude,
        min(result_at) %% 10 AS first_result, max(result_at) %% 10 AS final_result
    FROM (
        SELECT v.assignment_id AS id, v.round * 10 + {_rank("v.attitude")} AS attitude_at,
            v.round * 10 + {_rank("v.result")} AS result_at
        FROM evaluation_verdict v
        WHERE v.assignment_id = ANY(ARRAY(SELECT id FROM held))
            AND v.is_current AND v.state = '{Verdict.State.GIVEN}'
            AND (v.given_on IS NULL OR v.given_on <= %(as_of)s)
    ) each
    GROUP BY id
),
receipt AS MATERIALIZED (
    SELECT h.id, h.suggestion_id, h.unit_id, h.role, h.system_id, h.is_gone,
        h.role <> '{Assignment.Role.SUPPORT}' AS answers,
        CASE h.role WHEN '{Assignment.Role.SUPPORT}' THEN h.id IN (
            SELECT o.assignment_id FROM handling_opinion o
            WHERE o.assignment_id = ANY(ARRAY(SELECT id FROM held))
                AND o.state <> '{Opinion.State.SENT_BACK}' AND o.submitted_on <= %(as_of)s)
            ELSE r.id IS NOT NULL END AS is_answered,
        h.id IN (
            SELECT m.assignment_id FROM assignment_assignmentround m
            WHERE m.assignment_id = ANY(ARRAY(SELECT id FROM held)) AND m.met_in_person
        ) AS has_met,
        NULLIF(r.first_at %% 1000, 0) AS first_class, NULLIF(r.final_at %% 1000, 0) AS final_class,
        v.first_attitude, v.final_attitude, v.first_result, v.final_result
    FROM held h
    FULL JOIN replied r ON r.id = h.id
    FULL JOIN judged v ON v.id = h.id
    WHERE NOT h.is_gone OR r.id IS NOT NULL
),
folded AS (
    SELECT suggestion_id, bool_and(is_answered) AS is_answered,
        (min(ARRAY[CASE role WHEN '{Assignment.Role.SOLE}' THEN 1
            WHEN '{Assignment.Role.LEAD}' THEN 2 ELSE 3 END, id, system_id]))[3] AS system_id,
        {_folded("class")}, {_folded("attitude")}, {_folded("result")}
    FROM receipt WHERE answers
    GROUP BY suggestion_id
),
key AS (
    SELECT k.suggestion_id, k.category_id AS supervisor_id FROM supervision_keycase k
    WHERE k.suggestion_id = ANY(ARRAY(SELECT id FROM numbered))
),
fact AS MATERIALIZED (
    SELECT n.id, n.filing, n.category_id, n.grade_id, n.is_published, n.published_replies,
        n.is_research, k.suggestion_id IS NOT NULL AS is_key, k.supervisor_id,
        COALESCE(f.is_answered, FALSE) AS is_answered, f.system_id,
        f.first_class, f.final_class, f.first_attitude, f.final_attitude, f.first_result,
        f.final_result
    FROM numbered n
    FULL JOIN folded f ON f.suggestion_id = n.id
    FULL JOIN key k ON k.suggestion_id = n.id
    WHERE %(system)s::bigint IS NULL OR COALESCE(f.suggestion_id, 0) > 0
),
promise AS MATERIALIZED (
    SELECT p.id, p.suggestion_id, p.carried_year IS NOT NULL AS is_carried,
        CASE WHEN p.state = '{Promise.State.CLEARED}' AND p.cleared_on <= %(as_of)s
                THEN 'fulfilled'
            WHEN p.due_on < %(as_of)s THEN 'overdue' ELSE 'not_due' END AS standing
    FROM handling_promise p
    WHERE p.assignment_id = ANY(ARRAY(SELECT id FROM receipt))
        AND p.state NOT IN ('{Promise.State.DRAFT}', '{Promise.State.ENDED}')
)
"""
