"""An issued reply goes to all who are owed it, opens promises, starts the verdict's clock."""

from datetime import date, timedelta

import pytest

from assignment.models import Assignment
from congress.models import Deputy
from congress.profile import rules_for
from handling.models import Delivery, ExtensionRequest, Promise, Reply
from handling.services import gates, opinions, receiving, reviewing
from handling.services import issuing as services
from handling.services.extensions import ask_extension
from handling.services.holding import AlreadyHandled, NotInHand
from notices.models import Alert
from suggestions.models import Deadline, StageEvent
from suggestions.stages import Stage
from tests.factories import NOW, TODAY
from tests.factories import assignment as receipts
from tests.factories import handling as made
from tests.factories.suggestions import merged_case, on, reload
from tests.handling.services.test_replies import rule

State = Reply.State


def told(member, text):
    return Alert.objects.filter(recipient=member, text__contains=text).exists()


@pytest.fixture
def to_sign(receipt):
    return made.reply_to_sign(receipt)


class TestIssue:
    def test_moves_the_case_and_finishes_the_receipt(self, unit_head, receipt, to_sign):
        reply = made.issue(to_sign, at=on(20), document_number="市交函[2026]12号")

        case, receipt = reload(receipt.suggestion), made.reload(receipt)
        assert (case.stage, case.replied_on) == (Stage.REPLIED, date(2026, 3, 20))
        assert (receipt.state, receipt.answer_deadline.met_at) == ("done", on(20))
        assert (reply.state, reply.document_number, reply.issued_by) == (
            "issued", "市交函〔2026〕12号", unit_head
        )  # fmt: skip

    def test_reaches_the_lead_and_every_cosigner(self, receipt, to_sign):
        reply = made.issue(to_sign)

        lead = receipt.suggestion.lead_deputy
        others = [row.deputy for row in receipt.suggestion.cosigners.all()]
        sent = {row.deputy: (row.is_lead, row.on_paper, row.received_on) for row in sent_of(reply)}
        assert sent == {lead: (True, False, TODAY)} | dict.fromkeys(others, (False, False, TODAY))

    def test_reaches_the_authors_of_a_merged_case_too(self, receipt, to_sign):
        merged = merged_case(receipt.suggestion)

        reply = made.issue(to_sign)

        assert merged.lead_deputy in [row.deputy for row in sent_of(reply)]

    def test_goes_to_the_lead_alone_where_the_rules_say_so(self, receipt, to_sign, congress):
        rule(congress, reply_recipients="lead")

        reply = made.issue(to_sign)

        assert [row.deputy for row in sent_of(reply)] == [receipt.suggestion.lead_deputy]

    def test_starts_the_leads_clock_for_the_verdict(self, receipt, to_sign):
        reply = made.issue(to_sign)

        clock = made.lead_delivery(reply).feedback_deadline
        assert (clock.kind, clock.holder, clock.due_on) == (
            "feedback", receipt.suggestion.lead_deputy, date(2026, 4, 7)
        )  # fmt: skip

    def test_opens_the_promises_with_their_own_clocks(self, receipt, unit):
        reply = made.issued_reply(receipt, "B", pledges=made.pledges_for(2))

        assert [
            (row.state, row.promised_on, row.deadline.due_on, row.deadline.holder)
            for row in reply.promises.order_by("pk")
        ] == [("open", TODAY, TODAY + timedelta(days=90), unit)] * 2

    def test_tells_deputies_staff_office_and_units_but_nobody_twice(
        self, shared, deputy, staff, system_office, other_clerk, outsider
    ):
        made.given_opinion(shared[1])
        made.issued_reply(shared[0])

        people = (deputy, staff, system_office, other_clerk, outsider)
        told_of = [
            Alert.objects.filter(recipient=who, text__contains="已答复").count() for who in people
        ]
        assert told_of == [1, 1, 1, 1, 0]

    def test_leaves_the_case_in_hand_while_another_unit_owes_its_reply(self, unit, other_unit):
        case = receipts.handed_over_case(unit, other_unit, roles=["split", "split"])
        for given in case.assignments.all():
            receipts.accept(given)
        first, second = case.assignments.order_by("pk")

        made.issued_reply(made.reload(first))
        after_one = reload(case).stage
        made.issued_reply(made.reload(second))

        assert (after_one, reload(case).stage) == (Stage.HANDLING, Stage.REPLIED)

    def test_keeps_each_round(self, receipt):
        first = made.issued_reply(receipt)
        case = reload(receipt.suggestion)
        case.stage, case.round = Stage.REHANDLING, 2
        case.save()
        made.reopen(reload(receipt))

        second = made.issued_reply(made.reload(receipt), at=on(27))

        assert [(row.pk, row.round, row.state) for row in Reply.objects.order_by("round")] == [
            (first.pk, 1, "issued"), (second.pk, 2, "issued")
        ]  # fmt: skip
        assert reload(case).stage == Stage.REPLIED

    def test_puts_an_open_request_for_more_time_away(self, receipt, to_sign, clerk):
        ask_extension(
            receipt.pk,
            reason="复杂",
            until=date(2026, 7, 1),
            told_deputy=True,
            by=clerk,
            at=NOW,
        )

        made.issue(to_sign)

        assert ExtensionRequest.objects.get().outcome == "moot"

    def test_may_carry_a_letter_and_proof(self, to_sign):
        reply = made.issue(to_sign, evidence=made.pdf("验收单.pdf"))

        assert (reply.letter.purpose, reply.evidence.purpose) == ("letter", "reply")
        assert (reply.letter.audience, reply.evidence.audience) == ("everyone", "everyone")

    def test_says_on_the_timeline_whose_opinion_was_missing(self, shared):
        made.issued_reply(shared[0])

        note = StageEvent.objects.get(action="issue").note
        assert note.endswith("（主要负责人）；协办意见未到齐：协办单位尚未反馈，已电话沟通。")


def sent_of(reply):
    return Delivery.objects.filter(reply=reply).select_related("deputy").order_by("pk")


class TestIssueRefused:
    def test_twice(self, to_sign):
        made.issue(to_sign)

        with pytest.raises(NotInHand):
            made.issue(to_sign)

    def test_before_the_deputy_was_asked(self, receipt):
        reply = made.saved_draft(receipt)

        with pytest.raises(AlreadyHandled):
            made.issue(reply)

    def test_while_the_talk_is_not_confirmed(self, receipt, to_sign):
        receipt.talks.update(state="recorded", answered_at=None, answered_by=None)

        with pytest.raises(gates.NotTalkedYet, match="还没有得到代表确认"):
            made.issue(to_sign)

    def test_after_a_withdrawal(self, receipt, to_sign):
        receipt.suggestion.stage = Stage.WITHDRAWN
        receipt.suggestion.save()

        with pytest.raises(NotInHand):
            made.issue(to_sign)

    def test_by_a_clerk_where_the_head_signs_inside(self, to_sign, clerk):
        with pytest.raises(services.OnlyHeadSigns):
            made.issue(to_sign, by=clerk)

    def test_without_the_signature_of_the_principal(self, to_sign):
        with pytest.raises(services.SignerNotOfLevel, match="主要负责人"):
            made.issue(to_sign, signer_is_of_level=False)

    def test_without_the_stamped_letter_of_the_units_own_system(self, receipt, paper_unit, clerk):
        reply = made.reply_to_sign(made.reload(receipt))

        with pytest.raises(services.LetterIsMissing):
            made.issue(reply, letter=None, by=clerk)
        made.issue(reply, by=clerk)

        assert reload(reply).state == "issued"

    @pytest.mark.parametrize("missing", [{"document_number": " "}, {"signer": ""}])
    def test_without_number_or_signer(self, to_sign, missing):
        with pytest.raises(services.NumberIsMissing):
            made.issue(to_sign, **missing)

    @pytest.mark.parametrize("days", [1, -30])
    def test_on_an_impossible_day(self, to_sign, days):
        with pytest.raises(services.DateCannotBe):
            made.issue(to_sign, signed_on=TODAY + timedelta(days=days))

    def test_under_a_number_the_unit_has_used(self, unit, to_sign):
        used = made.issued_reply(unit=unit, document_number="市交函〔2026〕1号")

        with pytest.raises(services.NumberIsTaken, match=used.assignment.suggestion.number_text):
            made.issue(to_sign, document_number="市交函【2026】 1号")
        made.issue(to_sign, document_number="市交函【2026】 1号", number_is_shared=True)

        assert reload(to_sign).document_number == "市交函〔2026〕1号"

    def test_another_unit_may_have_the_same_number(self, other_unit, to_sign):
        made.issued_reply(unit=other_unit, document_number="函〔2026〕1号")

        assert made.issue(to_sign, document_number="函〔2026〕1号").state == "issued"


class TestPaper:
    @pytest.fixture
    def delivery(self, receipt, to_sign):
        Deputy.objects.filter(pk=receipt.suggestion.lead_deputy_id).update(works_on_paper=True)
        return made.lead_delivery(made.issue(to_sign))

    def test_the_clock_waits_for_the_day_of_receipt(self, delivery, staff):
        assert (delivery.on_paper, delivery.received_on, delivery.feedback_deadline) == (
            True, None, None
        )  # fmt: skip

        receiving.record_receipt(delivery.pk, received_on=date(2026, 3, 12), by=staff, at=on(13))

        clock = reload(delivery).feedback_deadline
        assert (clock.starts_on, clock.due_on) == (date(2026, 3, 12), date(2026, 4, 10))

    def test_the_day_is_entered_once(self, delivery, staff):
        receiving.record_receipt(delivery.pk, received_on=TODAY, by=staff, at=NOW)

        with pytest.raises(AlreadyHandled):
            receiving.record_receipt(delivery.pk, received_on=TODAY, by=staff, at=NOW)

    @pytest.mark.parametrize("days", [1, -1])
    def test_the_day_lies_between_reply_and_today(self, delivery, staff, days):
        with pytest.raises(services.DateCannotBe):
            receiving.record_receipt(
                delivery.pk, received_on=TODAY + timedelta(days=days), by=staff, at=NOW
            )

    def test_a_cosigner_on_paper_has_no_clock(self, receipt, to_sign, staff):
        cosigner = receipt.suggestion.cosigners.first().deputy
        Deputy.objects.filter(pk=cosigner.pk).update(works_on_paper=True)
        reply = made.issue(to_sign)
        delivery = Delivery.objects.get(reply=reply, deputy=cosigner)

        receiving.record_receipt(delivery.pk, received_on=TODAY, by=staff, at=NOW)

        assert reload(delivery).feedback_deadline is None


def test_a_delegation_without_a_head_gets_its_reply_by_the_timeline_alone(receipt, to_sign):
    case = receipt.suggestion
    case.cosigners.all().delete()
    case.lead_deputy, case.proposer = None, "delegation"
    case.save()

    reply = made.issue(to_sign)

    assert list(sent_of(reply)) == []
    assert services.recipients_of(reload(case), rules_of(case)) == []


def rules_of(case):
    return rules_for(case.congress, on=TODAY)


class TestReading:
    def test_the_first_time_counts(self, receipt, deputy):
        reply = made.issued_reply(receipt)

        receiving.mark_read(reply, by=deputy, at=on(10))
        receiving.mark_read(reply, by=deputy, at=on(11))

        assert made.lead_delivery(reply).read_at == on(10)


class TestReviewClass:
    def test_keeps_both_classes_and_tells_the_unit(self, receipt, staff, clerk):
        reply = made.issued_reply(receipt)
        other = made.result_class(receipt.suggestion, "B")

        reviewing.review_class(reply.pk, reviewed_class=other, reason="没完成", by=staff, at=NOW)

        reply = reload(reply)
        assert (reply.claimed_class.code, reply.reviewed_class.code) == ("A", "B")
        assert reply.review_note == "没完成"
        assert told(clerk, "调整为B类")

    def test_another_class_needs_a_reason(self, receipt, staff):
        reply = made.issued_reply(receipt)
        other = made.result_class(receipt.suggestion, "C")

        with pytest.raises(reviewing.ReviewNeedsReason):
            reviewing.review_class(reply.pk, reviewed_class=other, reason="", by=staff, at=NOW)

    def test_the_same_class_needs_none_and_disturbs_nobody(self, receipt, staff, clerk):
        reply = made.issued_reply(receipt)

        reviewing.review_class(
            reply.pk, reviewed_class=reply.claimed_class, reason="", by=staff, at=NOW
        )

        assert reload(reply).reviewed_class == reply.claimed_class
        assert not told(clerk, "审核调整")

    def test_waits_for_the_reply(self, to_sign, staff):
        with pytest.raises(AlreadyHandled):
            reviewing.review_class(
                to_sign.pk, reviewed_class=to_sign.claimed_class, reason="", by=staff, at=NOW
            )


def test_a_class_that_nobody_claimed_has_no_letter():
    assert reviewing.code_of(None) == "未"


def test_what_was_never_promised_with_a_day_is_not_opened(receipt, to_sign):
    Promise.objects.create(
        congress=receipt.congress,
        suggestion=receipt.suggestion,
        assignment=Assignment.objects.get(pk=receipt.pk),
        content="尽快",
    )

    made.issue(to_sign)

    assert Promise.objects.get().state == "draft"
    assert not Deadline.objects.filter(kind="promise").exists()


def test_an_opinion_asked_for_again_is_explained_at_the_end(shared, clerk):
    opinion = made.given_opinion(shared[1])
    reply = made.reply_to_sign(shared[0])
    opinions.send_back_opinion(opinion.pk, why="没有资金安排", by=clerk, at=NOW)

    with pytest.raises(gates.OpinionsAreMissing):
        made.issue(reply)
    made.issue(reply, without_opinion_reason="已两次请其重提")

    assert reload(reply).without_opinion_reason == "已两次请其重提"
