"""Ledger rows as the workbook has them: what export writes and import compares with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BooleanField, Count, F, Func, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Membership
from accounts.roles import OFFICE_ROLES
from assignment.models import ENDED_STATES, Assignment
from common import replica
from evaluation.models import Grade, Verdict
from handling.models import Opinion, Promise, Reply
from ledgers.workbook import PROMISES, RECEIPTS, SUGGESTIONS, names_of
from suggestions.models import CoSigner, Deadline, Suggestion

Cells = dict[str, Any]
#: Rows fetched at a time: memory stays flat however long the ledger is.
CHUNK = 2_000

#: What the system holds where a ledger left a cell empty; shown again as soon as it changes.
BLANK_CASE: Cells = {
    "公开方式": "不公开",
    "重点督办": False,
    "建议公开": False,
    "公开答复数": 0,
}
BLANK_RECEIPT: Cells = {"轮次": 1, "退办次数": 0}


def cases_in_order(cases: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    """Order cases as a ledger has them: as imported, else 大会 before 闭会 and by number."""
    return cases.order_by(
        F("imported__position").asc(nulls_last=True), "-filing", F("number").asc(), "pk"
    )


def case_cells(
    cases: QuerySet[Suggestion], *, actor: Membership | None = None
) -> Iterator[tuple[int, Cells]]:
    """Yield each case with its row of the sheet 建议台账."""
    keeps_remark = actor is None or actor.role in OFFICE_ROLES
    rows = cases_in_order(cases.annotate(**_CASE_COLUMNS)).values_list("pk", *_CASE_VALUES)
    headings = names_of(SUGGESTIONS)
    for pk, blanks, *values in rows.iterator(chunk_size=CHUNK):
        cells = dict(zip(headings, values, strict=True))
        for heading, word in _CASE_WORDS.items():
            cells[heading] = word(cells[heading])
        if not keeps_remark:
            cells["备注"] = None
        yield pk, _emptied(cells, blanks or [], BLANK_CASE)


def receipt_cells(
    cases: QuerySet[Suggestion], *, actor: Membership | None = None
) -> Iterator[tuple[int, Cells]]:
    """
    Yield the case and the row of the sheet 承办明细 of each receipt and round.

    Replies, opinions and verdicts that the actor may not read leave their cells empty.
    """
    sql, values = _receipt_query(cases, actor)
    headings = names_of(RECEIPTS)
    with connections[replica.alias()].chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(CHUNK):
            for pk, blanks, *found in rows:
                cells = dict(zip(headings, found, strict=True))
                for heading, word in _RECEIPT_WORDS.items():
                    cells[heading] = word(cells[heading])
                empty = json.loads(blanks or "{}").get(str(cells["轮次"]), [])
                yield pk, _emptied(_without_empty_text(cells), empty, BLANK_RECEIPT)


def promise_cells(
    cases: QuerySet[Suggestion], *, actor: Membership | None = None
) -> Iterator[tuple[int, Cells]]:
    """Yield the case and the row of the sheet 承诺事项 of each promise."""
    promises = Promise.objects.all() if actor is None else Promise.objects.visible_to(actor)
    rows = (
        promises.filter(suggestion__in=cases.order_by().values("pk"))
        .exclude(state=Promise.State.DRAFT)
        .order_by("pk")
        .values_list("suggestion_id", *_PROMISE_VALUES)
    )
    headings = names_of(PROMISES)
    for pk, *values in rows.iterator(chunk_size=CHUNK):
        cells = dict(zip(headings, values, strict=True))
        cells["落实评价"] = _GRADES.get(cells["落实评价"])
        yield pk, _without_empty_text(cells)


def _emptied(cells: Cells, blanks: list[str], held: Cells) -> Cells:
    for heading in blanks:
        if cells[heading] == held.get(heading, cells[heading]):
            cells[heading] = None
    return cells


def _without_empty_text(cells: Cells) -> Cells:
    return {heading: None if value == "" else value for heading, value in cells.items()}


def _label(choices: Any) -> Callable[[str | None], str | None]:
    labels = dict(choices.choices)
    return lambda value: labels.get(value) or None


def _text(value: str | None) -> str | None:
    return value or None


_GRADES = {value: label for value, label in Grade.choices if value}

_REPLY_DUE = (
    Deadline.objects.filter(suggestion=OuterRef("pk"), kind=Deadline.Kind.REPLY)
    .order_by()
    .values("suggestion")
    .annotate(last=Max("due_on"))
    .values("last")
)
_COSIGNED = (
    CoSigner.objects.filter(suggestion=OuterRef("pk"), state=CoSigner.State.CONFIRMED)
    .order_by()
    .values("suggestion")
    .annotate(all=Count("pk"))
    .values("all")
)
_CASE_COLUMNS = {
    "ledger_cosigners": Coalesce("imported_cosigner_count", Subquery(_COSIGNED)),
    "ledger_due": Coalesce("imported__due_on", Subquery(_REPLY_DUE)),
    "ledger_committee": Coalesce("key_case__committee__name", "imported__committee__name"),
}
# After the blanks, in the order of the headings of the sheet.
_CASE_VALUES = (
    "imported__blanks",
    "number_text",
    "session__name",
    "filing",
    "title",
    "category__label",
    "lead_deputy__name",
    "delegation__name",
    "ledger_cosigners",
    "origin__label",
    "earlier_numbers",
    "disclosure",
    "handling",
    "proposed_on",
    "handed_over_on",
    "ledger_due",
    "grade__label",
    "led_by__name",
    "key_case",
    "key_case__category__label",
    "key_case__leader__name",
    "ledger_committee",
    "is_published",
    "published_replies",
    "closed_on",
    "remark",
)
_CASE_WORDS: dict[str, Callable[[Any], Any]] = {
    "提出类型": _label(Suggestion.Filing),
    "标题": _text,
    "历年编号": lambda numbers: tuple(numbers) or None,
    "公开方式": _label(Suggestion.Disclosure),
    "办理方式": _label(Suggestion.Handling),
    "重点督办": lambda key: key is not None,
    "备注": _text,
}
_RECEIPT_WORDS: dict[str, Callable[[Any], Any]] = {
    "承办角色": _label(Assignment.Role),
    "态度评价": _GRADES.get,
    "结果评价": _GRADES.get,
}
_PROMISE_VALUES = (
    "suggestion__number_text",
    "assignment__unit__name",
    "content",
    "person",
    "promised_on",
    "due_on",
    "done_on",
    "cleared_on",
    "carried_year",
    "fulfilment",
    "remark",
)

# One query for all receipts; through the ORM the rounds of replies, opinions and verdicts would
# have to be matched in Python. A receipt taken away again is in the ledger only if it was answered.
# Each table is read by the keys of these receipts (arrays, made first): an archive of any length
# stays where it is, though no join is made row by row.
_HELD = "ANY (ARRAY(SELECT id FROM held))"
_RECEIPTS = """
WITH numbered AS MATERIALIZED (
    SELECT id::bigint, number_text::text, is_imported::boolean
    FROM ({cases}) of_ledger (id, number_text, is_imported)
),
held AS MATERIALIZED (
    SELECT id, suggestion_id, unit_id, role, state FROM assignment_assignment
    WHERE suggestion_id = ANY (ARRAY(SELECT id FROM numbered))
)
SELECT a.suggestion_id, i.blanks,
    s.number_text, u.name, COALESCE(was.name, y.name), a.role, COALESCE(m.round, 1),
    m.accepted_on, COALESCE(m.returned_times, 0), m.first_contact_on, m.met_in_person,
    o.submitted_on, r.issued_on, r.document_number, r.signer, c.code,
    v.attitude, v.result, v.given_on,
    concat_ws('；', (
        SELECT string_agg(d.label, '；' ORDER BY d."order", d.id)
        FROM evaluation_verdict_reasons vd
        JOIN congress_dissatisfactionreason d ON d.id = vd.dissatisfactionreason_id
        WHERE vd.verdict_id = v.id), NULLIF(v.reason_text, ''))
FROM held a
JOIN numbered s ON s.id = a.suggestion_id
JOIN congress_unit u ON u.id = a.unit_id
JOIN congress_system y ON y.id = u.system_id
LEFT JOIN assignment_assignmentround m ON m.assignment_id = a.id AND m.assignment_id = {held}
LEFT JOIN ledgers_importedreceipt i ON i.assignment_id = a.id AND i.assignment_id = {held}
LEFT JOIN congress_system was ON was.id = i.system_id
LEFT JOIN handling_opinion o ON o.assignment_id = a.id AND o.round = COALESCE(m.round, 1)
    AND o.assignment_id = {held} AND o.id IN ({opinions})
LEFT JOIN handling_reply r ON r.assignment_id = a.id AND r.round = COALESCE(m.round, 1)
    AND r.assignment_id = {held} AND r.id IN ({replies})
LEFT JOIN congress_resultclass c ON c.id = COALESCE(r.reviewed_class_id, r.claimed_class_id)
LEFT JOIN evaluation_verdict v ON v.assignment_id = a.id AND v.round = COALESCE(m.round, 1)
    AND v.assignment_id = {held} AND v.id IN ({verdicts})
WHERE a.state NOT IN ({ended}) OR a.id IN (
    SELECT e.assignment_id FROM handling_reply e
    WHERE e.assignment_id = {held} AND e.state = 'issued')
ORDER BY m.id NULLS LAST, a.id
"""


def _receipt_query(
    cases: QuerySet[Suggestion], actor: Membership | None
) -> tuple[str, tuple[Any, ...]]:
    """Put the queries of what may be read into the one that reads it."""
    wanted = {"cases": cases.values("pk", "number_text", "is_imported"), **_readable(actor)}
    parts: dict[str, str] = {}
    values: list[Any] = []
    for name, queryset in wanted.items():
        parts[name], params = _sql(queryset)
        values.extend(params)
    ended = ", ".join(f"'{state}'" for state in sorted(ENDED_STATES))
    return _RECEIPTS.format(**parts, ended=ended, held=_HELD), tuple(values)


def _readable(actor: Membership | None) -> dict[str, QuerySet[Any]]:
    """Say which opinions, replies and verdicts the actor may read, in the order of the query."""
    opinions, verdicts = Opinion.objects.standing(), Verdict.objects.given()
    # What a unit drafts is no part of the ledger; what a ledger told of an undated reply is.
    told = Q(_is_of("held h JOIN numbered n ON n.id = h.suggestion_id WHERE n.is_imported", "h.id"))
    told &= Q(drafted_by=None, saved_at=None)
    replies = Reply.objects.filter(Q(state=Reply.State.ISSUED) | told)
    held = _is_of("held", "id")
    if actor is not None:
        seen = Opinion.objects.visible_to(actor).filter(held)
        opinions = opinions.filter(pk__in=seen.values("pk"))
        judged = Verdict.objects.visible_to(actor).filter(held)
        verdicts = verdicts.filter(pk__in=judged.values("pk"))
        if actor.role not in OFFICE_ROLES:
            sent = Reply.objects.visible_to(actor).filter(held)
            replies = replies.filter(pk__in=sent.values("pk"))
    found = {"opinions": opinions, "replies": replies, "verdicts": verdicts}
    return {name: rows.filter(held).values("pk") for name, rows in found.items()}


def _is_of(source: str, key: str) -> Func:
    """Say that a row is of one of the receipts in the query around."""
    receipts = f"ANY (ARRAY(SELECT {key} FROM {source}))"
    template = f"%(expressions)s = {receipts}"
    return Func(F("assignment"), template=template, output_field=BooleanField())


def _sql(queryset: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    try:
        return queryset.order_by().query.sql_with_params()
    except EmptyResultSet:
        # The first column is the key.
        nothing = "NULL::bigint" + ", NULL" * (len(queryset.query.values_select) - 1)
        return f"SELECT {nothing} WHERE FALSE", ()
