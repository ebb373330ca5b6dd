"""The letter's words, the likeness of replies, the meeting figure, the slip."""

from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from congress.profile import rules_for
from congress.words import words_of
from handling.models import Delivery, Talk
from handling.selectors import letter, likeness, meetings, promises, slip
from tests.factories import TODAY
from tests.factories import handling as made
from tests.factories.assignment import accepted_assignment


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (34, "三十四")],
)
def test_items_are_numbered_in_chinese(number, written):
    assert letter.chinese_numeral(number) == written


def letter_of(reply, congress):
    return letter.letter_of(
        reply, rules=rules_for(congress, on=TODAY), words=words_of(congress), on=TODAY
    )


class TestLetter:
    def test_has_everything_the_template_asks_for(self, receipt, congress):
        reply = made.saved_draft(receipt, "B")
        case = receipt.suggestion

        made_of = letter_of(reply, congress)

        names = [case.lead_deputy.name, *(row.deputy.name for row in case.cosigners.all())]
        assert set(made_of["salutation"].removesuffix("代表：").split("、")) == set(names)
        assert made_of["salutation"].startswith(case.lead_deputy.name)
        assert made_of["class_mark"] == "B类"
        assert made_of["title"] == f"关于{case.session.name}{case.number_text}建议的答复"
        assert [item["number"] for item in made_of["items"]] == ["一", "二", "三"]
        assert made_of["items"][0]["answer"] == made.ANSWERS[0]
        assert (
            "1.完成第1批小区充电桩建设，2026年6月7日前完成（责任人：王副局长）。"
            in (made_of["closing"])
        )
        assert made_of["copies"] == ["示例市人大常委会代表工委", "市政府督查室"]
        assert made_of["doc_number"] == "　　函〔2026〕　　号"

    def test_says_whose_opinions_it_takes_in(self, shared, congress):
        made.given_opinion(shared[1])
        reply = made.saved_draft(shared[0])

        assert letter_of(reply, congress)["co_opinion_note"] == ("本答复已综合市教育局的协办意见。")

    def test_goes_without_an_office_or_a_class_where_there_is_none(self, receipt, congress):
        receipt.unit.system.office = None
        reply = made.saved_draft(receipt, claimed_class=None)
        reply.assignment = receipt

        made_of = letter_of(reply, congress)

        assert (made_of["class_mark"], made_of["copies"]) == ("", ["示例市人大常委会代表工委"])
        assert letter.text_of(reply).splitlines()[-1].startswith("联系人：李明")

    def test_tells_what_was_reported_upward(self, receipt):
        reply = made.saved_draft(receipt, "D")

        assert "上述事项已于2026年3月9日向省发展和改革委员会反映。" in letter.paragraphs_of(reply)

    def test_shortens_a_long_request(self, receipt):
        item = receipt.suggestion.items.get(number=1)
        item.text = "充电桩" * 30
        item.save()

        paragraphs = letter.paragraphs_of(made.saved_draft(receipt))

        assert f"一、关于“{('充电桩' * 30)[:40]}…”" in paragraphs

    def test_begins_by_title_and_number(self, receipt):
        case = receipt.suggestion
        in_session = letter.opening_for(receipt)
        case.filing = "between_sessions"

        assert f"上提出的《{case.title}》" not in in_session
        assert f"《{case.title}》（{case.number_text}）收悉" in in_session
        assert "闭会期间提出" in letter.opening_for(receipt)


class TestLikeness:
    def test_marks_sentences_that_stand_in_both(self):
        old = "今年安排资金三千万元用于小区改造。其他事项另行研究答复您。\n短句。"
        new = "今年安排资金三千万元用于小区改造！新的句子与之前的完全不同。短句。"

        marked = likeness.marked(old, new)

        assert [[part.is_copied for part in line] for line in marked] == [[True, False], [False]]

    def test_nothing_is_like_a_first_reply(self, receipt):
        assert likeness.earlier_for(receipt, None) is None

    def test_a_reply_to_another_title_is_not_like_it(self, receipt, unit):
        made.issued_reply(accepted_assignment(unit, title="关于禁止高空抛物的议案"))

        assert likeness.earlier_for(receipt, None) is None

    def test_the_last_round_comes_first(self, receipt, unit):
        made.issued_reply(accepted_assignment(unit))
        made.issued_reply(receipt)

        found = likeness.earlier_for(receipt, None)

        assert (found.why, found.copied, found.of) == ("本件第1轮答复", 0, 0)

    def test_the_most_alike_case_of_the_unit_is_compared(self, receipt, unit):
        made.issued_reply(accepted_assignment(unit))

        found = likeness.earlier_for(receipt, made.saved_draft(receipt))

        assert found.why.startswith("本单位对《关于加快居民小区公共充电桩建设的建议》")
        assert (found.copied, found.of) == (3, 3)


class TestMeetings:
    def test_counts_face_to_face_alone_against_the_floor(self, unit, clerk):
        receipts = [accepted_assignment(unit, by=clerk) for _ in range(4)]
        made.confirmed_talk(receipts[0])
        made.confirmed_talk(receipts[1], way=Talk.Way.PHONE)
        made.recorded_talk(receipts[2])

        share = meetings.meeting_share(clerk, on=TODAY)

        assert (share.met, share.of, share.floor) == (1, 4, Fraction(1, 3))
        assert (share.needed, share.lacking) == (2, 1)

    def test_supporting_receipts_do_not_count(self, shared, other_clerk):
        assert meetings.meeting_share(other_clerk, on=TODAY).of == 0

    @pytest.mark.parametrize("number", [1, 3])
    def test_rows_come_in_one_query(self, unit, clerk, number):
        for _ in range(number):
            accepted_assignment(unit, by=clerk)

        with CaptureQueriesContext(connection) as queries:
            rows = [
                (row.has_met, str(row.suggestion.lead_deputy))
                for row in meetings.as_rows(meetings.receipts_to_meet(clerk))
            ]

        assert (len(rows), len(queries)) == (number, 1)


def test_the_list_of_promises_is_the_units_own(receipt, clerk, staff, outsider):
    made.open_promise(receipt)

    assert [promises.promises_of(who).count() for who in (clerk, staff, outsider)] == [1, 1, 0]


@pytest.mark.parametrize("number", [1, 3])
def test_rows_of_promises_come_in_one_query(receipt, clerk, number):
    made.issued_reply(receipt, "B", pledges=made.pledges_for(number))

    with CaptureQueriesContext(connection) as queries:
        rows = [
            (str(row.suggestion), str(row.assignment.unit))
            for row in promises.as_rows(promises.promises_of(clerk))
        ]

    assert (len(rows), len(queries)) == (number, 1)


def test_the_slip_names_case_unit_and_code(receipt, congress):
    delivery = made.lead_delivery(made.issued_reply(receipt))

    filled = slip.slip_of(delivery, words=words_of(congress), qr="<svg/>")

    assert filled["facts"][0]["value"] == receipt.suggestion.title
    assert filled["return_to"] == "示例市人大常委会代表工委"
    assert filled["short_code"] == slip.short_code(delivery)


def test_the_code_of_a_slip_has_a_digit_that_checks_the_rest():
    codes = {slip.short_code(Delivery(pk=pk)) for pk in range(1, 200)}

    assert len(codes) == 199
    assert slip.short_code(Delivery(pk=1)) == "HZ00000018"
