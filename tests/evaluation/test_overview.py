"""The page on which 代表工委 sees what waits for it, for the deputies, and what is late."""

from datetime import timedelta

import pytest

from common.kept import remember_deed
from evaluation import integrity, selectors
from evaluation.models import Verdict
from evaluation.services import closing
from suggestions.models import Deadline
from tests.factories import NOW, TODAY
from tests.factories import evaluation as verdicts
from tests.factories import handling as replies


@pytest.fixture
def waiting(unit, deputy):
    return replies.replied_case(unit, lead=deputy.deputy)


def cases(part):
    return [row["case"] for row in part["rows"]]


def after_feedback(case):
    due_on = case.deadlines.get(kind=Deadline.Kind.FEEDBACK).due_on
    return NOW + (due_on + timedelta(days=1) - TODAY)


def test_a_case_waits_until_its_day_and_is_late_after_it(waiting, staff):
    before = selectors.overview(staff, NOW)
    after = selectors.overview(staff, after_feedback(waiting))

    assert [cases(before[name]) for name in ("waiting", "late")] == [[waiting], []]
    assert [cases(after[name]) for name in ("waiting", "late")] == [[], [waiting]]


def test_only_a_dissatisfaction_that_stands_waits_for_a_decision(
    unit, other_unit, third_unit, deputy, staff
):
    lead = deputy.deputy
    waiting = verdicts.released_case(unit, lead=lead, result="dissatisfied")
    verdicts.rehandled_case(other_unit, lead=lead)
    corrected = verdicts.released_case(third_unit, lead=lead, result="dissatisfied")
    old = Verdict.objects.get(assignment__suggestion=corrected)
    milder = verdicts.Judgement(old.assignment_id, attitude="satisfied", result="fairly")
    new = verdicts.verdicts.correct(old.pk, milder, by=staff, at=NOW, why="代表来电更正。")
    milder_shown = cases(selectors.overview(staff, NOW)["to_decide"])

    closing.release(corrected.pk, by=staff, at=NOW)
    worse = verdicts.Judgement(
        old.assignment_id, attitude="satisfied", result="dissatisfied", reason_text="又停工了。"
    )
    verdicts.verdicts.correct(new.pk, worse, by=staff, at=NOW, why="代表再次来电。")

    assert milder_shown == [waiting]
    assert cases(selectors.overview(staff, NOW)["to_decide"]) == [waiting]
    assert list(integrity.faults()) == []


def test_says_how_many_there_are_though_it_shows_the_first(unit, deputy, staff, monkeypatch):
    monkeypatch.setattr(selectors, "LISTED", 2)
    for _ in range(3):
        replies.replied_case(unit, lead=deputy.deputy)

    part = selectors.overview(staff, NOW)["waiting"]

    assert (len(part["rows"]), part["count"], part["hidden"]) == (2, 3, 1)


def test_counts_by_receipt_and_keeps_silence_apart(unit, deputy, staff):
    verdicts.judged_case(unit, lead=deputy.deputy, result="dissatisfied")

    found = selectors.overview(staff, NOW)

    assert [(str(label), count) for label, count, _ in found["grades"]] == [
        ("满意", 0),
        ("基本满意", 0),
        ("不满意", 1),
    ]
    assert (found["said"], found["silent"]) == (1, 0)


def test_counts_of_a_large_session_are_half_a_minute_old_but_for_who_did_something(
    unit, other_unit, deputy, staff, monkeypatch
):
    monkeypatch.setattr(selectors, "LARGE_SESSION", 1)
    verdicts.judged_case(unit, lead=deputy.deputy, result="dissatisfied")
    first = selectors.overview(staff, NOW)
    verdicts.judged_case(other_unit, lead=deputy.deputy, result="dissatisfied")

    kept = selectors.overview(staff, NOW + timedelta(seconds=9))
    remember_deed(staff.pk)
    anew = selectors.overview(staff, NOW + timedelta(seconds=10))

    assert [found["said"] for found in (first, kept, anew)] == [1, 1, 2]
    seconds = [(found["counted_at"] - NOW).seconds for found in (first, kept, anew)]
    assert seconds == [0, 0, 10]


def test_another_congress_sees_none_of_it(waiting, other_staff):
    found = selectors.overview(other_staff, NOW)

    assert [found[name]["count"] for name in ("waiting", "late", "to_release", "to_decide")] == [
        0,
        0,
        0,
        0,
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_asks_as_often_for_three_as_for_one(count, unit, deputy, staff, django_assert_num_queries):
    for _ in range(count):
        replies.replied_case(unit, lead=deputy.deputy)

    with django_assert_num_queries(7):
        selectors.overview(staff, NOW)
