"""The numbers of published reports come out of ledgers that hold their counts."""

from datetime import date

import pytest

from congress.models import System
from ledgers.figures import figures
from tests.factories.ledger_workbook import cells, made_from, specification
from tests.factories.ledgers import exported, take_in

pytestmark = pytest.mark.django_db


def counted(name, **options):
    spec = specification(name)
    file = made_from(spec)
    outcome = take_in(file)
    # On the way: an exported ledger has every cell of the imported one.
    assert cells(exported(outcome.session)) == cells(file)
    as_of = date.fromisoformat(spec["as_of"])
    return figures(outcome.congress, outcome.session, as_of, **options), outcome


def by_name(entries):
    return {entry["name"]: entry["count"] for entry in entries}


def by_code(entries):
    return {entry["code"]: (entry["count"], entry["share"]) for entry in entries}


def test_chengdu_shares_use_both_denominators_of_its_report():
    found, _ = counted("chengdu-2023")

    assert found["suggestions"] == {
        "total": 670,
        "in_session": 637,
        "between_sessions": 33,
        "from_research": {"count": 580, "share": "86.57"},
        "by_category": [
            {"name": "综合其他", "count": 259, "share": "38.66"},
            {"name": "教科文卫体", "count": 121, "share": "18.06"},
            {"name": "交通邮电", "count": 80, "share": "11.94"},
            {"name": "农林水利", "count": 79, "share": "11.79"},
            {"name": "工业经济", "count": 69, "share": "10.30"},
            {"name": "城乡建设与管理", "count": 62, "share": "9.25"},
        ],
    }
    assert found["units"] == 101
    assert (found["answers"]["answered"], found["answers"]["open"]) == (667, 3)
    assert by_code(found["answers"]["by_result"]["first"]) == {
        "A": (609, "91.30"),
        "B": (49, "7.35"),
        "C": (9, "1.35"),
    }
    assert found["verdicts"]["by_suggestion"]["first"]["result"] == {
        "feedback": 667,
        "no_feedback": 0,
        "满意": {"count": 646, "share": "96.85"},
        "基本满意": {"count": 21, "share": "3.15"},
        "不满意": {"count": 0, "share": "0.00"},
    }
    assert found["key"]["total"] == 29


def test_chongqing_counts_verdicts_by_receipt_and_promises_by_standing():
    found, _ = counted("chongqing-2024")

    assert found["suggestions"]["total"] == 1306
    assert found["receipts"] == {
        "total": 4674,
        "sole": 0,
        "lead": 1238,
        "split": 136,
        "supporting": 3300,
        "met_in_person": {"count": 630, "of": 1374, "share": "45.85"},
    }
    assert found["verdicts"]["by_receipt"]["final"]["result"] == {
        "feedback": 4669,
        "no_feedback": 5,
        "满意": {"count": 4583, "share": "98.16"},
        "基本满意": {"count": 86, "share": "1.84"},
        "不满意": {"count": 0, "share": "0.00"},
    }
    assert found["commitments"] == {
        "total": 53,
        "carried": 11,
        "new": 42,
        "fulfilled": 38,
        "overdue": 1,
        "not_due": 14,
    }
    assert found["key"]["total"] == 35
    assert by_name(found["key"]["by_supervisor"]) == {
        "市委常委": 8,
        "市人大常委会领导": 9,
        "市政府领导": 6,
        "市人大常委会秘书长、副秘书长": 4,
        "市人大专门委员会": 8,
    }
    assert found["published"] == {"suggestions": 858, "replies": 1095}


def test_puyang_first_class_suggestions_stand_in_the_system_that_handles_them():
    found, outcome = counted("puyang-2023")

    assert found["suggestions"]["total"] == 316
    assert found["grades"] == [
        {
            "name": "一类",
            "count": 16,
            "by_system": [{"name": "政府", "count": 13}, {"name": "党群", "count": 3}],
        }
    ]
    government = System.objects.get(congress=outcome.congress, name="政府")
    whole, as_of = found, date(2023, 10, 30)
    part = figures(outcome.congress, outcome.session, as_of, government)
    assert part["suggestions"]["total"] == whole["suggestions"]["total"] - 3
    assert part["grades"][0]["by_system"] == [{"name": "政府", "count": 13}]


def test_a_second_round_changes_the_final_verdict_and_keeps_the_first():
    spec = specification("puyang-2023") | {
        "in_session": 40,
        "answered": 40,
        "grades": {},
        "by_result": {"A": 40},
        "feedback": {"满意": 34, "基本满意": 0, "不满意": 6},
        "second_round": {"满意": 3, "基本满意": 2},
    }

    outcome = take_in(made_from(spec))

    found = figures(outcome.congress, outcome.session, date(2023, 12, 31))
    result = {
        which: {
            word: found["verdicts"]["by_suggestion"][which]["result"][word]["count"]
            for word in ("满意", "基本满意", "不满意")
        }
        for which in ("first", "final")
    }
    assert result == {
        "first": {"满意": 34, "基本满意": 0, "不满意": 6},
        "final": {"满意": 37, "基本满意": 2, "不满意": 1},
    }
    assert found["receipts"]["total"] == 40
