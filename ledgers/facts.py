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
    first = f"max(first_{what}) FILTER (WHERE answers)"
    final = f"max(final_{what}) FILTER (WHERE stands)"
    # A last round that stands without a class has none; only what nobody holds any more keeps
    # what was said of it first.
    final = f"CASE WHEN bool_or(stands) THEN {final} ELSE {first} END"
    return f"{first} AS first_{what}, {final} AS final_{what}"


# A receipt that was taken away again counts only where it was answered: a later round by another
# unit does not unmake the first (rounds are kept).
# 政府口径 counts the 独办, 主办 and 分办 receipts of the system, and nothing else of those cases.
#
# The parts are piled up and grouped, not joined: right after a large import the planner believes
# in a handful of rows and would join them in nested loops, for minutes. Arrays of keys keep each
# table on its index, whatever the archive holds besides. "At" columns carry the round in front of
# the rank, so that the least is the first round's and the greatest the last one's.
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
piled (id, suggestion_id, unit_id, role, system_id, is_gone, class_at, is_opined, has_met,
        attitude_at, result_at) AS (
    SELECT id, suggestion_id, unit_id, role, system_id, is_gone,
        NULL::bigint, NULL::boolean, NULL::boolean, NULL::integer, NULL::integer
    FROM held
    UNION ALL
    SELECT r.assignment_id, NULL, NULL, NULL, NULL, NULL,
        r.round * 1000 + COALESCE(c.rank, 0), NULL, NULL, NULL, NULL
    FROM handling_reply r
    LEFT JOIN class c ON c.id = COALESCE(r.reviewed_class_id, r.claimed_class_id)
    WHERE r.assignment_id = ANY(ARRAY(SELECT id FROM held))
        AND r.state = '{Reply.State.ISSUED}' AND r.issued_on <= %(as_of)s
    UNION ALL
    SELECT o.assignment_id, NULL, NULL, NULL, NULL, NULL, NULL, TRUE, NULL, NULL, NULL
    FROM handling_opinion o
    WHERE o.assignment_id = ANY(ARRAY(SELECT id FROM held))
        AND o.state <> '{Opinion.State.SENT_BACK}' AND o.submitted_on <= %(as_of)s
    UNION ALL
    SELECT m.assignment_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, TRUE, NULL, NULL
    FROM assignment_assignmentround m
    WHERE m.assignment_id = ANY(ARRAY(SELECT id FROM held)) AND m.met_in_person
    UNION ALL
    SELECT v.assignment_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        v.round * 10 + {_rank("v.attitude")}, v.round * 10 + {_rank("v.result")}
    FROM evaluation_verdict v
    WHERE v.assignment_id = ANY(ARRAY(SELECT id FROM held))
        AND v.is_current AND v.state = '{Verdict.State.GIVEN}'
        AND (v.given_on IS NULL OR v.given_on <= %(as_of)s)
),
receipt AS MATERIALIZED (
    SELECT id, max(suggestion_id) AS suggestion_id, max(unit_id) AS unit_id, max(role) AS role,
        max(system_id) AS system_id, bool_or(is_gone) AS is_gone,
        max(role) <> '{Assignment.Role.SUPPORT}' AS answers,
        CASE WHEN max(role) = '{Assignment.Role.SUPPORT}' THEN COALESCE(bool_or(is_opined), FALSE)
            ELSE count(class_at) > 0 END AS is_answered,
        COALESCE(bool_or(has_met), FALSE) AS has_met,
        NULLIF(min(class_at) %% 1000, 0) AS first_class,
        NULLIF(max(class_at) %% 1000, 0) AS final_class,
        min(attitude_at) %% 10 AS first_attitude, max(attitude_at) %% 10 AS final_attitude,
        min(result_at) %% 10 AS first_result, max(result_at) %% 10 AS final_result
    FROM piled GROUP BY id
    HAVING NOT bool_or(is_gone) OR count(class_at) > 0
),
told (id, filing, category_id, grade_id, is_published, published_replies, is_research, is_key,
        supervisor_id, receipt_id, answers, is_answered, stands, place,
        first_class, final_class, first_attitude, final_attitude, first_result, final_result) AS (
    SELECT id, filing, category_id, grade_id, is_published, published_replies, is_research,
        FALSE, NULL::bigint, NULL::bigint, NULL::boolean, NULL::boolean, NULL::boolean,
        NULL::bigint[], NULL::bigint, NULL::bigint,
        NULL::integer, NULL::integer, NULL::integer, NULL::integer
    FROM numbered
    UNION ALL
    SELECT suggestion_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        id, answers, is_answered, answers AND NOT is_gone,
        ARRAY[CASE role WHEN '{Assignment.Role.SOLE}' THEN 1
            WHEN '{Assignment.Role.LEAD}' THEN 2 ELSE 3 END, id, system_id],
        first_class, final_class, first_attitude, final_attitude, first_result, final_result
    FROM receipt
    UNION ALL
    SELECT k.suggestion_id, NULL, NULL, NULL, NULL, NULL, NULL, TRUE, k.category_id,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM supervision_keycase k
    WHERE k.suggestion_id = ANY(ARRAY(SELECT id FROM numbered))
),
fact AS MATERIALIZED (
    SELECT id, max(filing) AS filing, max(category_id) AS category_id, max(grade_id) AS grade_id,
        bool_or(is_published) AS is_published, max(published_replies) AS published_replies,
        bool_or(is_research) AS is_research, bool_or(is_key) AS is_key,
        max(supervisor_id) AS supervisor_id,
        COALESCE(bool_and(is_answered) FILTER (WHERE answers), FALSE) AS is_answered,
        (min(place) FILTER (WHERE answers))[3] AS system_id,
        {_folded("class")}, {_folded("attitude")}, {_folded("result")}
    FROM told GROUP BY id
    HAVING %(system)s::bigint IS NULL OR count(receipt_id) > 0
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
