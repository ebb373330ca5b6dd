"""What an export holds: the reader's own list, text as text, sums with their definitions."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from audit.models import AuditEvent
from common.spreadsheets.writing import Kind
from ledgers.exports import QueryUnusable, cases_of_query, export_of
from ledgers.services.exporting import summary_of, write_ledger
from ledgers.workbook import RECEIPTS, SHEETS, SUGGESTIONS, names_of
from suggestions.models import Suggestion
from tests.factories import NOW
from tests.factories.ledgers import case_row, exported, receipt_row, session_of, take_in_rows

pytestmark = pytest.mark.django_db

PAYLOADS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","点")',
    "＝1+1",
    "＋1",
    "%0A=1",
    "{{ 7*7 }}",
    "{% now 'Y' %}",
    "<b>粗</b>",
    "&lt;",
    "'=1",
    '"=1"',
    "1;2",
    '=DDE("a";"b")',
    "\u202e=1",
    "=1\n=2",
]
QUERIES = [
    "",
    "filing=in_session",
    "filing=between_sessions",
    "q=充电桩",
    "stage=handling&stage=closed",
    "key=1",
    "key=0",
    "promise=open",
    "late=late",
    "sort=title",
    "page=2",
    "unknown=1",
]
PEOPLE = [
    "staff",
    "director",
    "system_office",
    "clerk",
    "other_clerk",
    "outsider",
    "leader",
    "deputy",
    "committee_member",
]


@pytest.fixture
def history(congress, term, delegation, unit, other_unit):
    take_in_rows(
        [
            case_row(
                f"{n}",
                提出类型="大会" if n % 2 else "闭会",
                重点督办="是" if n % 3 else "否",
                办结日期=date(2023, 7, 1) if n % 4 == 0 else None,
            )
            for n in range(12)
        ],
        [receipt_row(f"{n}", unit.name if n % 2 else other_unit.name, "主办") for n in range(8)]
        + [receipt_row(f"{n}", other_unit.name, "协办") for n in (1, 3)],
        [{"编号": "1", "承办单位": unit.name, "承诺内容": "年内建成"}],
        code=congress.code,
    )
    return session_of(congress.code)


@pytest.mark.parametrize("name", PEOPLE)
def test_an_export_holds_exactly_the_cases_of_the_list(name, request, client_of, history):
    person = request.getfixturevalue(name)
    client = client_of(person)

    for query in QUERIES:
        listed = client.get(f"{reverse('desk:cases')}?{query}").context["listing"]

        found = cases_of_query(query, by=person, at=NOW)

        assert set(keys_of(found)) == set(keys_of(listed.filterset.qs)), query


@pytest.mark.parametrize("name", ["staff", "clerk", "deputy"])
def test_the_sheets_of_an_export_are_of_its_cases_only(name, request, history):
    person, to = request.getfixturevalue(name), BytesIO()

    keys = export_of("filing=in_session", to, by=person, at=NOW)

    book = load_workbook(to)
    numbers = [row[0] for row in book[SUGGESTIONS].iter_rows(min_row=2, values_only=True)]
    expected = Suggestion.objects.filter(pk__in=keys).values_list("number_text", flat=True)
    assert sorted(numbers) == sorted(expected)
    of_receipts = {row[0] for row in book[RECEIPTS].iter_rows(min_row=2, values_only=True)}
    assert of_receipts <= set(numbers)


def keys_of(cases):
    return cases.values_list("pk", flat=True)


@pytest.mark.parametrize("query", ["stage=nonsense", "session=1", "q=%00", "a&" * 300])
def test_a_query_the_list_would_not_take_is_refused(query, staff):
    with pytest.raises(QueryUnusable):
        cases_of_query(query, by=staff, at=NOW)


def test_an_export_is_on_record(staff, history):
    export_of("filing=in_session", BytesIO(), by=staff, at=NOW)

    event = AuditEvent.objects.filter(action="ledger.export").get()
    assert event.detail == {"cases": 6, "query": "filing=in_session"}
    assert event.actor == staff.user


def test_no_cell_of_any_column_is_ever_a_formula():
    texts = [h.name for h in SHEETS[SUGGESTIONS] if h.kind == Kind.TEXT and not h.words]
    texts = [name for name in texts if name not in {"编号", "届次会议", "历年编号", "督办领导"}]
    rows = [
        case_row(f"{n}", **dict.fromkeys(texts, payload), 重点督办="是")
        for n, payload in enumerate(PAYLOADS)
    ]
    of_receipts = ("承办单位", "归口系统", "答复文号", "签发人", "结果类别", "不满意原因")
    receipts = [
        receipt_row(f"{n}", 结果评价="不满意") | dict.fromkeys(of_receipts, payload)
        for n, payload in enumerate(PAYLOADS)
    ]
    outcome = take_in_rows(rows, receipts)

    book = load_workbook(exported(outcome.session))

    assert {c.data_type for sheet in book for row in sheet.iter_rows() for c in row} <= {
        "s",
        "n",
        "d",
    }
    remarks = [row[-1].value for row in book[SUGGESTIONS].iter_rows(min_row=2)]
    assert [text.strip() for text in remarks] == [
        payload.replace("\u202e", "").strip() for payload in PAYLOADS
    ]


def test_the_summary_tells_each_share_with_its_denominator_and_definition(history):
    to = BytesIO()
    summary = summary_of(history, as_of=date(2023, 12, 31), system=None)

    write_ledger(Suggestion.objects.filter(session=history), to, summary=summary)

    lines = list(load_workbook(to)["汇总"].iter_rows(values_only=True))
    assert lines[0] == ("统计项目", "指标", "数量", "单位", "占比", "分母", "口径")
    told = {line[1].strip(): line for line in lines}
    assert told["建议总数"][2:4] == (12, "件")
    assert told["见面沟通"][2:6] == (0, "件次", "0.00%", 8)
    assert "满意率以收到的评价为分母" in " ".join(line[6] or "" for line in lines)


def test_an_export_asks_as_often_for_many_rows_as_for_few(history):
    def queries(cases):
        with CaptureQueriesContext(connection) as captured:
            write_ledger(cases, BytesIO())
        return len(captured)

    every = Suggestion.objects.filter(session=history)
    assert queries(every.filter(number=1)) == queries(every)


def test_headings_of_the_template_are_those_of_the_export(history):
    book = load_workbook(exported(history))

    for title in SHEETS:
        assert [cell.value for cell in book[title][1]] == names_of(title)
