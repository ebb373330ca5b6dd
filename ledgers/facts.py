"""
The facts that figures are made of: one row per case, receipt and promise, in one piece of SQL.

A number and the list behind it are asked of the same rows with the same conditions
(``ledgers.figures`` counts them, ``ledgers.drill`` lists them), so that the two cannot differ.
The definitions are those of the contract, section 5.
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


# A receipt that was taken away again counts only where it was answered: a later round by another
# unit does not unmake the first (rounds are kept).
# 政府口径 counts the 独办, 主办 and 分办 receipts of the system, and nothing else of those cases.
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
    FROM numbered n
    JOIN assignment_assignment a ON a.suggestion_id = n.id
    JOIN congress_unit u ON u.id = a.unit_id
    LEFT JOIN ledgers_importedreceipt i ON i.assignment_id = a.id
    WHERE %(system)s::bigint IS NULL OR (
        COALESCE(i.system_id, u.system_id) = %(system)s
        AND a.role <> '{Assignment.Role.SUPPORT}')
),
class AS (
    SELECT id, row_number() OVER (ORDER BY "order", id) AS rank
    FROM congress_resultclass WHERE congress_id = %(congress)s
),
reply AS (
    SELECT r.assignment_id,
        (array_agg(c.rank ORDER BY r.round))[1] AS first_class,
        (array_agg(c.rank ORDER BY r.round DESC))[1] AS final_class
    FROM held h
    JOIN handling_reply r ON r.assignment_id = h.id
    LEFT JOIN class c ON c.id = COALESCE(r.reviewed_class_id, r.claimed_class_id)
    WHERE r.state = '{Reply.State.ISSUED}' AND r.issued_on <= %(as_of)s
    GROUP BY r.assignment_id
),
opinion AS (
    SELECT DISTINCT o.assignment_id
    FROM held h
    JOIN handling_opinion o ON o.assignment_id = h.id
    WHERE o.state <> '{Opinion.State.SENT_BACK}' AND o.submitted_on <= %(as_of)s
),
meeting AS (
    SELECT DISTINCT m.assignment_id
    FROM held h
    JOIN assignment_assignmentround m ON m.assignment_id = h.id
    WHERE m.met_in_person
),
given AS (
    SELECT v.assignment_id, v.round,
        {_rank("v.attitude")} AS attitude, {_rank("v.result")} AS result
    FROM held h
    JOIN evaluation_verdict v ON v.assignment_id = h.id
    WHERE v.is_current AND v.state = '{Verdict.State.GIVEN}'
        AND (v.given_on IS NULL OR v.given_on <= %(as_of)s)
),
verdict AS (
    SELECT assignment_id,
        (array_agg(attitude ORDER BY round) FILTER (WHERE attitude > 0))[1] AS first_attitude,
        (array_agg(result ORDER BY round) FILTER (WHERE result > 0))[1] AS first_result,
        (array_agg(attitude ORDER BY round DESC) FILTER (WHERE attitude > 0))[1] AS final_attitude,
        (array_agg(result ORDER BY round DESC) FILTER (WHERE result > 0))[1] AS final_result
    FROM given GROUP BY assignment_id
),
receipt AS MATERIALIZED (
    SELECT h.id, h.suggestion_id, h.unit_id, h.role, h.system_id, h.is_gone,
        h.role <> '{Assignment.Role.SUPPORT}' AS answers,
        CASE WHEN h.role = '{Assignment.Role.SUPPORT}' THEN o.assignment_id IS NOT NULL
            ELSE r.assignment_id IS NOT NULL END AS is_answered,
        m.assignment_id IS NOT NULL AS has_met,
        r.first_class, r.final_class,
        v.first_attitude, v.first_result, v.final_attitude, v.final_result
    FROM held h
    LEFT JOIN reply r ON r.assignment_id = h.id
    LEFT JOIN opinion o ON o.assignment_id = h.id
    LEFT JOIN meeting m ON m.assignment_id = h.id
    LEFT JOIN verdict v ON v.assignment_id = h.id
    WHERE NOT h.is_gone OR r.assignment_id IS NOT NULL
),
fold AS (
    SELECT suggestion_id,
        bool_and(is_answered) FILTER (WHERE answers) AS is_answered,
        max(first_class) FILTER (WHERE answers) AS first_class,
        max(final_class) FILTER (WHERE answers AND NOT is_gone) AS final_class,
        max(first_attitude) FILTER (WHERE answers) AS first_attitude,
        max(first_result) FILTER (WHERE answers) AS first_result,
        max(final_attitude) FILTER (WHERE answers AND NOT is_gone) AS final_attitude,
        max(final_result) FILTER (WHERE answers AND NOT is_gone) AS final_result,
        (array_agg(system_id ORDER BY CASE role
            WHEN '{Assignment.Role.SOLE}' THEN 1
            WHEN '{Assignment.Role.LEAD}' THEN 2 ELSE 3 END, id)
            FILTER (WHERE answers))[1] AS system_id
    FROM receipt GROUP BY suggestion_id
),
fact AS MATERIALIZED (
    SELECT n.id, n.filing, n.category_id, n.grade_id, n.is_published, n.published_replies,
        n.is_research, COALESCE(f.is_answered, FALSE) AS is_answered, f.system_id,
        f.first_class, COALESCE(f.final_class, f.first_class) AS final_class,
        f.first_attitude, COALESCE(f.final_attitude, f.first_attitude) AS final_attitude,
        f.first_result, COALESCE(f.final_result, f.first_result) AS final_result,
        k.id IS NOT NULL AS is_key, k.category_id AS supervisor_id
    FROM numbered n
    LEFT JOIN fold f ON f.suggestion_id = n.id
    LEFT JOIN supervision_keycase k ON k.suggestion_id = n.id
    WHERE %(system)s::bigint IS NULL OR f.suggestion_id IS NOT NULL
),
promise AS MATERIALIZED (
    SELECT p.id, p.suggestion_id, p.carried_year IS NOT NULL AS is_carried,
        CASE WHEN p.state = '{Promise.State.CLEARED}' AND p.cleared_on <= %(as_of)s
                THEN 'fulfilled'
            WHEN p.due_on < %(as_of)s THEN 'overdue' ELSE 'not_due' END AS standing
    FROM receipt r
    JOIN handling_promise p ON p.assignment_id = r.id
    WHERE p.state NOT IN ('{Promise.State.DRAFT}', '{Promise.State.ENDED}')
)
"""
