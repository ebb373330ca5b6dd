"""不沟通不答复, the deputy's view with a clock and an exit, and consent after mediation."""

from datetime import date

import pytest

from assignment.services import mix
from congress.models import Delegation
from handling.models import Consultation, Reply, Talk
from handling.services import attempts, consents, gates, replies, talks
from handling.services import consultations as services
from handling.services.extensions import ask_extension
from handling.services.holding import AlreadyHandled, NotInHand
from notices.models import Alert
from suggestions.models import Deadline
from tests.factories import NOW
from tests.factories import handling as made
from tests.factories.assignment import staff_of
from tests.factories.suggestions import on, reload
from tests.handling.services.test_replies import rule

State, View = Reply.State, Consultation.View


def told(member, text):
    return Alert.objects.filter(recipient=member, text__contains=text).exists()


@pytest.fixture
def checked(receipt, clerk):
    """A complete draft that waits for the head, without any talk yet."""
    reply = made.saved_draft(receipt)
    replies.send_to_check(reply.pk, by=clerk, at=NOW)
    return reply


class TestConsult:
    def test_asks_the_lead_deputy_with_a_snapshot_and_a_clock(
        self, receipt, checked, unit_head, deputy
    ):
        made.confirmed_talk(receipt)

        asked = services.consult(checked.pk, by=unit_head, at=NOW)

        assert reload(checked).state == State.CONSULTING
        assert (asked.deputy, asked.deadline.due_on) == (deputy.deputy, date(2026, 3, 23))
        assert made.ANSWERS[2] in asked.text
        assert told(deputy, "请您过目")

    def test_needs_a_talk_first(self, checked, unit_head):
        with pytest.raises(gates.NotTalkedYet, match="还没有与代表沟通"):
            services.consult(checked.pk, by=unit_head, at=NOW)

    def test_may_be_asked_together_with_the_confirmation_of_a_talk(
        self, receipt, checked, unit_head
    ):
        made.recorded_talk(receipt)

        assert services.consult(checked.pk, by=unit_head, at=NOW).view == ""

    def test_a_disputed_talk_is_none(self, receipt, checked, unit_head, deputy):
        talk = made.recorded_talk(receipt)
        talks.dispute_talk(talk.pk, reason="没有", by=deputy, at=NOW)

        with pytest.raises(gates.NotTalkedYet):
            services.consult(checked.pk, by=unit_head, at=NOW)

    def test_three_confirmed_attempts_stand_in_for_a_talk(self, receipt, checked, unit_head, staff):
        for attempt in [made.recorded_attempt(receipt) for _ in range(3)]:
            attempts.confirm_attempt(attempt.pk, by=staff, at=NOW)

        assert services.consult(checked.pk, by=unit_head, at=NOW) is not None

    def test_two_confirmed_attempts_do_not(self, receipt, checked, unit_head, staff):
        for attempt in [made.recorded_attempt(receipt) for _ in range(3)][:2]:
            attempts.confirm_attempt(attempt.pk, by=staff, at=NOW)

        with pytest.raises(gates.NotTalkedYet):
            services.consult(checked.pk, by=unit_head, at=NOW)

    def test_is_left_out_where_the_rules_do_without(self, receipt, checked, unit_head, congress):
        rule(congress, pre_reply_consult=False)
        made.confirmed_talk(receipt)

        assert services.consult(checked.pk, by=unit_head, at=NOW) is None
        assert reload(checked).state == State.SIGNING

    def test_a_unit_with_its_own_document_system_asks_from_the_draft(
        self, receipt, paper_unit, clerk
    ):
        made.confirmed_talk(receipt)
        reply = made.saved_draft(receipt)

        assert services.consult(reply.pk, by=clerk, at=NOW).reply == reply

    def test_twice_is_once(self, receipt, unit_head):
        asked = made.consulted_reply(receipt)

        with pytest.raises(AlreadyHandled):
            services.consult(asked.reply_id, by=unit_head, at=NOW)

    def test_a_delegation_is_asked_through_its_head(
        self, receipt, checked, unit_head, head_deputy, secretary
    ):
        of_the_delegation(receipt)
        made.confirmed_talk(made.reload(receipt))

        asked = services.consult(checked.pk, by=unit_head, at=NOW)

        assert asked.deputy == head_deputy.deputy
        assert told(secretary, "请您过目")

    def test_a_delegation_without_a_head_cannot_be_asked(self, receipt, checked, unit_head):
        made.confirmed_talk(receipt)
        of_the_delegation(receipt)
        Delegation.objects.update(head=None)

        with pytest.raises(services.NobodyToAsk):
            services.consult(checked.pk, by=unit_head, at=NOW)


def of_the_delegation(receipt):
    case = receipt.suggestion
    case.lead_deputy, case.proposer = None, "delegation"
    case.save()


class TestAnswer:
    def test_agreed_the_unit_may_sign(self, receipt, deputy, clerk):
        asked = made.consulted_reply(receipt)

        services.answer_consultation(asked.pk, view=View.AGREE, by=deputy, at=on(12))

        asked = reload(asked)
        assert (asked.view, asked.answered_by, asked.deadline.met_at) == ("agree", deputy, on(12))
        assert asked.reply.state == State.SIGNING
        assert told(clerk, "可以签发答复")

    def test_disagreed_the_writer_gets_it_back_and_the_staff_know(
        self, receipt, deputy, clerk, staff, system_office
    ):
        asked = made.consulted_reply(receipt)

        services.answer_consultation(
            asked.pk, view=View.DISAGREE, note="没有时间表", by=deputy, at=NOW
        )

        assert reload(asked).reply.state == State.DRAFTING
        assert all(told(who, "请修改完善") for who in (clerk, staff, system_office))

    def test_disagreement_needs_words(self, receipt, deputy):
        asked = made.consulted_reply(receipt)

        with pytest.raises(services.ViewNeedsReason):
            services.answer_consultation(asked.pk, view=View.DISAGREE, by=deputy, at=NOW)

    def test_is_given_once(self, receipt, deputy):
        asked = made.consulted_reply(receipt)
        services.answer_consultation(asked.pk, view=View.AGREE, by=deputy, at=NOW)

        with pytest.raises(AlreadyHandled):
            services.answer_consultation(
                asked.pk, view=View.DISAGREE, note="改主意", by=deputy, at=NOW
            )

    def test_is_pointless_after_a_withdrawal(self, receipt, deputy):
        asked = made.consulted_reply(receipt)
        receipt.suggestion.stage = "withdrawn"
        receipt.suggestion.save()

        with pytest.raises(NotInHand):
            services.answer_consultation(asked.pk, view=View.AGREE, by=deputy, at=NOW)

    def test_entered_by_staff_it_says_so(self, receipt, staff):
        asked = made.consulted_reply(receipt)

        services.answer_consultation(asked.pk, view=View.AGREE, by=staff, at=NOW)

        event = receipt.suggestion.events.get(action="view")
        assert event.text.endswith("（工委代录）")

    def test_the_second_text_is_asked_about_anew(self, receipt, deputy):
        first = made.consulted_reply(receipt)
        services.answer_consultation(first.pk, view=View.DISAGREE, note="太空泛", by=deputy, at=NOW)

        second = made.consulted_reply(receipt)

        assert second.pk != first.pk
        assert reload(first).view == View.DISAGREE


class TestLapse:
    def test_waits_for_the_deputys_last_day(self, receipt, staff):
        asked = made.consulted_reply(receipt)

        with pytest.raises(consents.NotExpired):
            consents.let_lapse(asked.pk, note="已催促", by=staff, at=on(23))

    def test_lets_the_unit_sign_the_day_after(self, receipt, staff, clerk, deputy):
        asked = made.consulted_reply(receipt)

        consents.let_lapse(asked.pk, note="两次电话催促", by=staff, at=on(24))

        asked = reload(asked)
        assert (asked.view, asked.reply.state) == (View.LAPSED, State.SIGNING)
        assert asked.deadline.ended_at == on(24)
        assert told(clerk, "代表工委同意")
        assert told(deputy, "代表工委同意")

    def test_needs_a_note(self, receipt, staff):
        asked = made.consulted_reply(receipt)

        with pytest.raises(consents.ConsentNeedsReason):
            consents.let_lapse(asked.pk, note=" ", by=staff, at=on(24))

    def test_comes_too_late_when_the_deputy_has_answered(self, receipt, staff, deputy):
        asked = made.consulted_reply(receipt)
        services.answer_consultation(asked.pk, view=View.AGREE, by=deputy, at=on(24))

        with pytest.raises(AlreadyHandled):
            consents.let_lapse(asked.pk, note="催促", by=staff, at=on(24))


class TestOverrule:
    @pytest.fixture
    def disagreed(self, receipt, deputy):
        asked = made.consulted_reply(receipt)
        services.answer_consultation(asked.pk, view=View.DISAGREE, note="不同意", by=deputy, at=NOW)
        return asked

    def test_keeps_the_deputys_view_and_adds_the_consent(self, disagreed, staff):
        consent = consents.overrule(disagreed.pk, note="已召开协调会", by=staff, at=NOW)

        assert [each.view for each in Consultation.objects.order_by("pk")] == [
            View.DISAGREE, View.OVERRULED
        ]  # fmt: skip
        assert consent.reply.state == State.SIGNING

    def test_needs_a_note(self, disagreed, staff):
        with pytest.raises(consents.ConsentNeedsReason):
            consents.overrule(disagreed.pk, note="", by=staff, at=NOW)

    def test_is_only_for_the_last_word(self, disagreed, receipt, staff):
        made.consulted_reply(receipt)

        with pytest.raises(AlreadyHandled):
            consents.overrule(disagreed.pk, note="协调", by=staff, at=NOW)

    def test_is_only_for_a_disagreement(self, receipt):
        asked = made.consulted_reply(receipt)

        with pytest.raises(AlreadyHandled):
            consents.overrule(asked.pk, note="协调", by=staff_of(receipt.suggestion), at=NOW)


def test_a_unit_taken_off_leaves_no_question_running(receipt, unit, other_unit, staff):
    asked = made.consulted_reply(receipt)
    made_extension(receipt)

    mix.replace_unit(receipt.pk, to=other_unit, why="职能调整", by=staff, at=NOW)

    assert Deadline.objects.get(pk=asked.deadline_id).ended_at == NOW
    assert receipt.extension_requests.get().outcome == "moot"
    assert Talk.objects.filter(assignment=receipt).exists()


def made_extension(receipt):
    return ask_extension(
        receipt.pk,
        reason="复杂",
        until=date(2026, 7, 1),
        told_deputy=True,
        by=receipt.accepted_by,
        at=NOW,
    )
