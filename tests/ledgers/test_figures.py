"""Figures against an independent count over the rows of the ledger they came from."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.figures import share
from congress.models import System
from ledgers.drill import NoSuchFigure, cases_of, rows_behind
from ledgers.facts import Scope
from ledgers.figures import figures
from ledgers.tables import tables_of
from tests.factories.ledgers import case_row, receipt_row, take_in_rows

pytestmark = pytest.mark.django_db

DAY = date(2023, 3, 1)
WORDS = ("满意", "基本满意", "不满意")
UNITS = {"市交通运输局": "政府", "市教育局": "政府", "市委组织部": "党群", "市法院": "法院"}

some_day = st.integers(1, 200).map(lambda n: DAY + timedelta(days=n))
maybe_word = st.one_of(st.none(), st.sampled_from(WORDS))


@st.composite
def ledgers(draw):
    """The rows of a small ledger in which nothing contradicts itself."""
    cases, receipts, promises = [], [], []
    for n in range(draw(st.integers(1, 6))):
        number = f"{n + 1}"
        supervisor = draw(st.sampled_from([None, "市委常委", "市政府领导"]))
        cases.append(
            case_row(
                number,
                提出类型=draw(st.sampled_from(["大会", "闭会"])),
                类别=draw(st.sampled_from([None, "交通邮电", "教科文卫体"])),
                形成方式=draw(st.sampled_from([None, "专题调研", "座谈"])),
                建议分级=draw(st.sampled_from([None, "一类"])),
                重点督办="是" if supervisor else draw(st.sampled_from([None, "是", "否"])),
                督办领导类别=supervisor,
                建议公开=draw(st.sampled_from([None, "是", "否"])),
                公开答复数=draw(st.integers(0, 3)),
            )
        )
        mode = draw(st.sampled_from(["独办", "主办", "分办", None]))
        units = draw(st.permutations(list(UNITS)))
        roles = {"独办": ["独办"], "主办": ["主办", "协办"], "分办": ["分办", "分办", "协办"]}
        for unit, role in zip(units, roles.get(mode, []), strict=False):
            receipts += draw(receipt_rounds(number, unit, role))
            promises += draw(st.lists(promise(number, unit), max_size=1))
    return cases, receipts, promises


@st.composite
def receipt_rounds(draw, number, unit, role):
    rows = []
    for n in range(1, draw(st.integers(1, 2)) + 1):
        answered = draw(st.one_of(st.none(), some_day))
        row = receipt_row(number, unit, role, 归口系统=UNITS[unit], 轮次=n)
        row["协办意见日期" if role == "协办" else "答复日期"] = answered
        row["见面沟通"] = draw(st.sampled_from([None, "是", "否"]))
        row["态度评价"], row["结果评价"] = draw(maybe_word), draw(maybe_word)
        if role != "协办":
            row["结果类别"] = draw(st.sampled_from([None, "A", "B", "C"]))
        if row["态度评价"] or row["结果评价"]:
            wait = timedelta(days=draw(st.integers(0, 30)))
            row["反馈日期"] = (answered or DAY) + wait if draw(st.booleans()) else None
        rows.append(row)
    return rows


@st.composite
def promise(draw, number, unit):
    made = draw(some_day)
    cleared = draw(st.one_of(st.none(), st.just(made + timedelta(days=20))))
    return {
        "编号": number,
        "承办单位": unit,
        "承诺日期": made,
        "完成时限": draw(st.one_of(st.none(), some_day)),
        "销号日期": cleared,
        "结转年度": draw(st.sampled_from([None, 2022])),
    }


class Oracle:
    """The same figures counted the slow way."""

    def __init__(self, cases, receipts, promises, as_of, system=None):
        self.as_of = as_of
        if system:
            receipts = [r for r in receipts if r["归口系统"] == system and r["承办角色"] != "协办"]
            cases = [c for c in cases if c["编号"] in {r["编号"] for r in receipts}]
        held = {(r["编号"], r["承办单位"]) for r in receipts}
        self.cases = cases
        self.promises = [p for p in promises if (p["编号"], p["承办单位"]) in held]
        self.receipts = {}
        for row in receipts:
            self.receipts.setdefault((row["编号"], row["承办单位"]), []).append(row)

    def past(self, day):
        return day is not None and day <= self.as_of

    def answered(self, rows):
        heading = "协办意见日期" if rows[0]["承办角色"] == "协办" else "答复日期"
        return any(self.past(row.get(heading)) for row in rows)

    def of(self, case):
        return [
            rows
            for (number, _), rows in self.receipts.items()
            if number == case["编号"] and rows[0]["承办角色"] != "协办"
        ]

    def is_answered(self, case):
        return bool(self.of(case)) and all(self.answered(rows) for rows in self.of(case))

    def verdict(self, rows, which, heading):
        given = [
            row[heading]
            for row in rows
            if row[heading] and (row.get("反馈日期") is None or self.past(row["反馈日期"]))
        ]
        return given[0 if which == "first" else -1] if given else None

    def worst(self, values, order):
        return max((v for v in values if v), key=order.index, default=None)

    def result_class(self, rows, which):
        classes = [row["结果类别"] for row in rows if self.past(row["答复日期"])]
        return classes[0 if which == "first" else -1] if classes else None

    def by_result(self, which):
        counts = {}
        for case in filter(self.is_answered, self.cases):
            found = self.worst([self.result_class(r, which) for r in self.of(case)], "ABC")
            if found:
                counts[found] = counts.get(found, 0) + 1
        return counts

    def by_suggestion(self, which, heading):
        words = [
            (
                self.worst([self.verdict(r, which, heading) for r in self.of(case)], WORDS),
                self.is_answered(case),
            )
            for case in self.cases
        ]
        return self.tally(words)

    def by_receipt(self, which, heading):
        rows = self.receipts.values()
        return self.tally([(self.verdict(r, which, heading), self.answered(r)) for r in rows])

    @staticmethod
    def tally(words):
        counts = {word: sum(w == word for w, _ in words) for word in WORDS}
        feedback = sum(counts.values())
        return {
            "feedback": feedback,
            "no_feedback": sum(answered and not word for word, answered in words),
            **{w: {"count": n, "share": share(n, feedback)} for w, n in counts.items()},
        }

    def standing(self, row):
        if self.past(row["销号日期"]):
            return "fulfilled"
        return "overdue" if row["完成时限"] and row["完成时限"] < self.as_of else "not_due"

    def count(self, role):
        return sum(rows[0]["承办角色"] == role for rows in self.receipts.values())

    def figures(self):
        total = len(self.cases)
        answered = sum(map(self.is_answered, self.cases))
        research = sum(case["形成方式"] == "专题调研" for case in self.cases)
        leading = [rows for rows in self.receipts.values() if rows[0]["承办角色"] != "协办"]
        met = sum(any(row["见面沟通"] == "是" for row in rows) for rows in leading)
        standing = [self.standing(row) for row in self.promises]
        carried = sum(row["结转年度"] is not None for row in self.promises)
        return {
            "total": total,
            "in_session": sum(case["提出类型"] == "大会" for case in self.cases),
            "research": {"count": research, "share": share(research, total)},
            "categories": tally_of(case["类别"] or "未分类" for case in self.cases),
            "units": len({unit for _, unit in self.receipts}),
            "answered": (answered, total - answered),
            "by_result": {which: self.by_result(which) for which in ("first", "final")},
            "roles": [self.count(role) for role in ("独办", "主办", "分办", "协办")],
            "met": {"count": met, "of": len(leading), "share": share(met, len(leading))},
            "verdicts": {
                counting: {
                    which: {about: count(which, heading) for about, heading in HEADINGS.items()}
                    for which in ("first", "final")
                }
                for counting, count in (
                    ("by_suggestion", self.by_suggestion),
                    ("by_receipt", self.by_receipt),
                )
            },
            "key": tally_of(
                case["督办领导类别"] or "未注明" for case in self.cases if case["重点督办"] == "是"
            ),
            "graded": sum(case["建议分级"] == "一类" for case in self.cases),
            "commitments": {
                "total": len(self.promises),
                "carried": carried,
                "new": len(self.promises) - carried,
                **{name: standing.count(name) for name in ("fulfilled", "overdue", "not_due")},
            },
            "published": {
                "suggestions": sum(case["建议公开"] == "是" for case in self.cases),
                "replies": sum(case["公开答复数"] for case in self.cases),
            },
        }


HEADINGS = {"attitude": "态度评价", "result": "结果评价"}


def tally_of(values):
    listed = list(values)
    return {value: listed.count(value) for value in listed}


def told(found):
    """The figures in the shape of the oracle's."""
    receipts = found["receipts"]
    return {
        "total": found["suggestions"]["total"],
        "in_session": found["suggestions"]["in_session"],
        "research": found["suggestions"]["from_research"],
        "categories": {e["name"]: e["count"] for e in found["suggestions"]["by_category"]},
        "units": found["units"],
        "answered": (found["answers"]["answered"], found["answers"]["open"]),
        "by_result": {
            which: {e["code"]: e["count"] for e in entries}
            for which, entries in found["answers"]["by_result"].items()
        },
        "roles": [receipts[role] for role in ("sole", "lead", "split", "supporting")],
        "met": receipts["met_in_person"],
        "verdicts": found["verdicts"],
        "key": {e["name"]: e["count"] for e in found["key"]["by_supervisor"]},
        "graded": sum(e["count"] for e in found["grades"]),
        "commitments": found["commitments"],
        "published": found["published"],
    }


def in_a_drawer(check):
    """Run a check inside a transaction that is thrown away."""
    with transaction.atomic():
        check()
        transaction.set_rollback(True)


def randomly(examples):
    """Run a test on random ledgers, days and systems."""
    asked = given(rows=ledgers(), as_of=some_day, system=st.sampled_from([None, "政府", "党群"]))
    checks = [HealthCheck.function_scoped_fixture]
    chosen = settings(max_examples=examples, deadline=None, suppress_health_check=checks)
    return lambda test: chosen(asked(test))


def take_in_scope(rows, as_of, system):
    outcome = take_in_rows(*rows)
    chosen = System.objects.get(congress=outcome.congress, name=system) if system else None
    return Scope(outcome.congress, outcome.session, as_of, chosen)


def counted(scope):
    return figures(scope.congress, scope.session, scope.as_of, scope.system)


@randomly(100)
def test_figures_are_those_of_an_independent_count(db, rows, as_of, system):
    def check():
        scope = take_in_scope(rows, as_of, system)

        assert told(counted(scope)) == Oracle(*rows, as_of, system).figures()

    in_a_drawer(check)


@randomly(12)
def test_every_figure_opens_as_many_rows_as_it_counts(db, rows, as_of, system):
    def check():
        scope = take_in_scope(rows, as_of, system)

        lines = [line for table in tables_of(counted(scope)) for line in table.lines]

        assert {line.path: behind(scope, line.path) for line in lines} == {
            line.path: line.count for line in lines
        }

    in_a_drawer(check)


def behind(scope, path):
    rows = rows_behind(scope, path)
    if path == "units":
        return rows.values("unit").distinct().count()
    if path == "published.replies":
        return sum(rows.values_list("published_replies", flat=True))
    return rows.count()


def test_cases_of_a_figure_of_receipts_come_once_each():
    outcome = take_in_rows(
        [case_row()], [receipt_row(role="主办"), receipt_row(unit="市教育局", role="协办")]
    )
    scope = Scope(outcome.congress, outcome.session, DAY)

    assert rows_behind(scope, "receipts.total").count() == 2
    assert [case.number_text for case in cases_of(scope, "receipts.total")] == ["第0001号"]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "suggestions",
        "suggestions.by_category",
        "suggestions.by_category:没有",
        "answers.by_result.first:Z",
        "verdicts.by_suggestion.first.result",
        "verdicts.by_suggestion.first.result.很满意",
        "verdicts.by_unit.first.result.满意",
        "grades:没有",
        "key.by_supervisor:'; DROP TABLE x --",
    ],
)
def test_a_path_that_is_no_figure_is_refused(path):
    outcome = take_in_rows([case_row()])
    scope = Scope(outcome.congress, outcome.session, DAY)

    with pytest.raises(NoSuchFigure):
        rows_behind(scope, path)


def test_the_number_of_queries_does_not_grow_with_the_ledger():
    def queries(n):
        outcome = take_in_rows(
            [case_row(f"{i}", 建议分级="一类") for i in range(n)],
            [receipt_row(f"{i}") for i in range(n)],
            code=f"lishi{n}",
        )
        with CaptureQueriesContext(connection) as captured:
            figures(outcome.congress, outcome.session, DAY)
        return len(captured)

    assert queries(1) == queries(3)


def test_a_category_of_nobody_gives_no_share():
    found = figures_of_nothing()

    assert found["suggestions"]["from_research"] == {"count": 0, "share": None}
    assert found["receipts"]["met_in_person"] == {"count": 0, "of": 0, "share": None}
    assert found["suggestions"]["by_category"] == []


def figures_of_nothing():
    outcome = take_in_rows([case_row()])
    nobody = System.objects.get(congress=outcome.congress, name="监委")
    return figures(outcome.congress, outcome.session, DAY, nobody)
