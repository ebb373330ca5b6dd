"""Slips of replies: which keep a draft back, which are only pointed out."""

from dataclasses import replace
from datetime import date

import pytest

from handling.rules.slips import (
    Answer,
    ClassNeeds,
    Pledge,
    Sheet,
    gates_in,
    normal_document_number,
    slips_in,
)

TODAY = date(2026, 3, 9)
LONG = "我局已将充电设施建设纳入今年计划，拟新建公共充电桩四百二十个，九月底前投入使用。"
GOOD = Sheet(
    title="关于加快居民小区公共充电桩建设的建议",
    number="第0012号",
    deputies=("王建国", "李娜"),
    opening="您提出的《关于加快居民小区公共充电桩建设的建议》（第12号）收悉，现答复如下：",
    closing="感谢您的关心。",
    answers=(
        Answer(1, "done", LONG),
        Answer(2, "done", "已明确议事程序，业主大会过半数同意即可。"),
    ),
    claimed=ClassNeeds("A 已解决", solved=True),
    contact_name="李明",
    contact_phone="0000-1",
)


def gates(**changes):
    return gates_in(replace(GOOD, **changes), on=TODAY)


def advice(**changes):
    found = slips_in(replace(GOOD, **changes), on=TODAY)
    return [slip.text for slip in found if not slip.is_gate]


def test_a_good_draft_has_none():
    assert slips_in(GOOD, on=TODAY) == []


class TestGates:
    def test_each_item_is_answered_with_outcome_and_words(self):
        answers = (Answer(1, "", LONG), Answer(2, "done", "  "))

        assert gates(answers=answers) == [
            "第1项还没有答复：请选择办理情况并写明答复内容。",
            "第2项还没有答复：请选择办理情况并写明答复内容。",
        ]

    def test_a_split_unit_answers_its_part(self):
        part = (Answer(1, "done", LONG), Answer(2, "", ""))

        assert gates(answers=part, answers_a_part=True) == []

    def test_a_split_unit_answers_something(self):
        nothing = (Answer(1, "", ""), Answer(2, "", ""))

        assert len(gates(answers=nothing, answers_a_part=True)) == 1

    def test_a_split_unit_answers_whole_items(self):
        half = (Answer(1, "done", LONG), Answer(2, "done", ""))

        assert gates(answers=half, answers_a_part=True) == ["第2项的办理情况和答复内容要一并填写。"]

    def test_a_case_without_items_is_answered_in_the_opening(self):
        assert gates(answers=(), opening="收悉。") == ["请写明答复内容。"]
        assert gates(answers=()) == []

    def test_a_class_is_chosen(self):
        assert gates(claimed=None) == ["请选择自评类别。"]

    def test_a_promising_class_has_promises_with_person_and_day(self):
        promising = ClassNeeds("B 正在解决", promise=True)
        whole = Pledge("建成四十个", "王副局长", date(2026, 12, 31))

        assert len(gates(claimed=promising)) == 1
        assert gates(claimed=promising, pledges=(whole,)) == []
        assert len(gates(claimed=promising, pledges=(replace(whole, person=" "),))) == 1
        assert len(gates(claimed=promising, pledges=(replace(whole, due_on=None),))) == 1
        past = replace(whole, due_on=date(2026, 3, 8))
        assert gates(claimed=promising, pledges=(past,)) == ["第1个承诺事项的完成时限已经过去。"]

    def test_a_class_that_solves_nothing_gives_its_reason(self):
        unsolved = ClassNeeds("C 不具备条件", reason=True)

        assert len(gates(claimed=unsolved)) == 1
        assert gates(claimed=unsolved, class_reason="电网容量不足") == []

    def test_what_lies_above_is_reported_upward_on_a_day(self):
        upward = ClassNeeds("D 上级职权", report=True)

        assert len(gates(claimed=upward, reported_to="省发改委")) == 1
        assert gates(claimed=upward, reported_to="省发改委", reported_on=TODAY) == []
        tomorrow = date(2026, 3, 10)
        assert gates(claimed=upward, reported_to="省", reported_on=tomorrow) == [
            "反映日期不能晚于今天。"
        ]

    def test_somebody_can_be_asked(self):
        assert gates(contact_phone="") == ["请填写联系人和联系电话，方便代表询问。"]

    @pytest.mark.parametrize("opening", ["张委员：您的来信", "您的提案收悉", "市政协转来"])
    def test_it_is_not_a_letter_to_the_other_assembly(self, opening):
        assert len(gates(opening=opening)) == 1

    def test_the_body_is_pasted_once(self):
        twice = (Answer(1, "done", LONG), Answer(2, "done", LONG))

        assert gates(answers=twice) == [f"这一段出现了2次，请核对是否重复粘贴：“{LONG[:24]}…”"]


class TestAdvice:
    def test_the_deputy_is_one_of_the_case(self):
        assert advice(opening="张三代表：您的建议收悉") == [
            "引言称呼的是“张三代表”，不是这件建议的代表，请核对。"
        ]
        assert advice(opening="王建国等3名代表：您的建议收悉") == []

    def test_number_and_title_are_those_of_the_case(self):
        other = "您提出的《关于修路的建议》（第0099号）收悉。"

        assert advice(opening=other) == [
            "文中写的“第0099号”与本件编号不同，请核对。",
            "文中写的《关于修路的建议》与本件标题不同，请核对。",
        ]

    def test_a_law_in_brackets_is_no_title_of_a_suggestion(self):
        assert advice(closing="依据《中华人民共和国招标投标法》办理。") == []

    def test_a_case_without_number_is_not_compared(self):
        assert advice(number="") == []

    def test_an_answer_of_a_few_words(self):
        short = (Answer(1, "done", LONG), Answer(2, "done", "已办。"))

        assert advice(answers=short) == ["第2项的答复很短，请看看是否说清了怎么办、办到哪一步。"]

    def test_solved_but_not_done(self):
        planned = (
            Answer(1, "done", LONG),
            Answer(2, "planned", "列入明年计划，届时安排专项资金实施。"),
        )

        assert advice(answers=planned) == ["自评“A 已解决”，但第2项还没有解决。"]

    def test_half_width_brackets_in_a_number(self):
        assert advice(closing="见市交函[2025]12号。") == ["正文里的文号请用六角括号，如〔2025〕。"]
        assert advice(closing="见市交函〔2025〕12号。") == []


@pytest.mark.parametrize(
    "written",
    [
        "市交函[2026]12号",
        "市交函【2026】12号",
        "市交函﹝2026﹞12号",
        "市交函(2026) 12号",
        "市交函〔2026〕12号",
        " 市交函（2026）12号 ",
    ],
)
def test_five_kinds_of_brackets_become_the_official_one(written):
    assert normal_document_number(written) == "市交函〔2026〕12号"
