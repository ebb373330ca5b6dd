"""Drafts keep what was typed, never a colleague's place, and leave only when complete."""

import pytest

from congress.models import RulesProfile
from handling.models import Promise, Reply
from handling.services import gates
from handling.services import replies as services
from handling.services.holding import AlreadyHandled, NotInHand
from notices.models import Alert
from tests.factories import NOW
from tests.factories import handling as made
from tests.factories.assignment import accepted_assignment, clerk_of, offered_assignment
from tests.factories.suggestions import reload

State = Reply.State


def told(member, text):
    return Alert.objects.filter(recipient=member, text__contains=text).exists()


def rule(congress, **values):
    """Let another version of the local rules hold from now on."""
    last = RulesProfile.objects.filter(congress=congress).order_by("version").last()
    RulesProfile.objects.create(
        congress=congress,
        version=last.version + 1,
        valid_from=last.valid_from,
        values=last.values | values,
    )


class TestSaveDraft:
    def test_begins_with_version_one_and_an_answer_for_each_item(self, receipt, clerk):
        reply = made.saved_draft(receipt, by=clerk)

        assert (reply.version, reply.state, reply.round) == (1, State.DRAFTING, 1)
        assert (reply.drafted_by, reply.saved_by) == (clerk, clerk)
        assert list(reply.items.values_list("text", flat=True)) == list(made.ANSWERS)

    def test_keeps_who_wrote_first_and_who_saved_last(self, receipt, clerk, unit_head):
        made.saved_draft(receipt, by=clerk)

        reply = made.saved_draft(receipt, by=unit_head)

        assert (reply.version, reply.drafted_by, reply.saved_by) == (2, clerk, unit_head)

    def test_refuses_an_old_version_and_says_whose_is_newer(self, receipt, clerk):
        made.saved_draft(receipt, by=clerk)
        stale = made.draft_text(receipt)

        with pytest.raises(services.DraftHasChanged, match=clerk.user.name):
            services.save_draft(receipt.pk, stale, version=0, by=clerk, at=NOW)

    def test_replaces_the_promises_of_the_draft(self, receipt):
        made.saved_draft(receipt, "B", pledges=made.pledges_for(3))

        made.saved_draft(receipt, "B", pledges=made.pledges_for(1))

        assert [(each.content, each.state) for each in Promise.objects.all()] == [
            ("完成第1批小区充电桩建设", "draft")
        ]

    def test_leaves_a_text_alone_that_has_left_its_writer(self, receipt, clerk):
        asked = made.consulted_reply(receipt)

        with pytest.raises(services.NoLongerADraft):
            services.save_draft(
                receipt.pk,
                made.draft_text(receipt),
                version=asked.reply.version,
                by=clerk,
                at=NOW,
            )

    def test_needs_a_receipt_signed_for(self, unit):
        offered = made.reload(offered_assignment(unit))

        with pytest.raises(NotInHand):
            made.saved_draft(offered, by=clerk_of(unit))

    def test_supporting_units_write_no_reply(self, shared):
        with pytest.raises(NotInHand):
            made.saved_draft(shared[1])

    def test_a_newer_version_of_nobody_is_a_colleagues(self, receipt):
        reply = made.saved_draft(receipt)
        reply.saved_by = reply.saved_at = None

        assert "同事" in str(services.DraftHasChanged(reply))


class TestSendToCheck:
    def test_goes_to_the_head(self, receipt, clerk, unit_head):
        reply = made.saved_draft(receipt)

        services.send_to_check(reply.pk, by=clerk, at=NOW)

        assert reload(reply).state == State.CHECKING
        assert told(unit_head, "请核稿")

    def test_twice_is_once(self, receipt, clerk):
        reply = made.saved_draft(receipt)
        services.send_to_check(reply.pk, by=clerk, at=NOW)

        with pytest.raises(AlreadyHandled):
            services.send_to_check(reply.pk, by=clerk, at=NOW)

    def test_says_everything_that_is_missing(self, receipt, clerk):
        first = receipt.suggestion.items.get(number=1)
        reply = made.saved_draft(receipt, claimed_class=None, answers={first.pk: ("done", "已办")})

        with pytest.raises(gates.ReplyIsIncomplete) as refused:
            services.send_to_check(reply.pk, by=clerk, at=NOW)

        assert refused.value.faults == [
            "第2项还没有答复：请选择办理情况并写明答复内容。",
            "第3项还没有答复：请选择办理情况并写明答复内容。",
            "请选择自评类别。",
        ]

    def test_a_unit_with_its_own_document_system_checks_there(self, receipt, paper_unit, clerk):
        reply = made.saved_draft(receipt)

        with pytest.raises(services.NotForThisUnit):
            services.send_to_check(reply.pk, by=clerk, at=NOW)

    def test_ends_with_the_case(self, receipt, clerk):
        reply = made.saved_draft(receipt)
        receipt.suggestion.stage = "withdrawn"
        receipt.suggestion.save()

        with pytest.raises(NotInHand):
            services.send_to_check(reply.pk, by=clerk, at=NOW)


class TestMissingOpinions:
    def test_have_to_be_explained(self, shared, clerk):
        reply = made.saved_draft(shared[0])

        with pytest.raises(gates.OpinionsAreMissing, match="市教育局"):
            services.send_to_check(reply.pk, by=clerk, at=NOW)
        services.send_to_check(reply.pk, without_opinion_reason="催促两次", by=clerk, at=NOW)

        assert reload(reply).without_opinion_reason == "催促两次"

    def test_hold_the_reply_back_where_the_rules_say_so(self, shared, clerk, congress):
        rule(congress, main_waits_for_co="block")
        reply = made.saved_draft(shared[0])

        with pytest.raises(gates.OpinionsAreMissing, match="到齐后"):
            services.send_to_check(reply.pk, without_opinion_reason="催促", by=clerk, at=NOW)

    def test_are_not_missing_once_given(self, shared, clerk):
        made.given_opinion(shared[1])
        reply = made.saved_draft(shared[0])

        services.send_to_check(reply.pk, by=clerk, at=NOW)

        assert reload(reply).without_opinion_reason == ""

    def test_are_not_asked_for_again_in_a_round_without_the_supporter(self, shared):
        made.given_opinion(shared[1])
        case = shared[0].suggestion
        case.round = 2
        case.save()

        assert gates.missing_opinions(made.reload(shared[0])) == []


class TestSendBackDraft:
    def test_tells_the_writer_what_to_mend(self, receipt, clerk, unit_head):
        reply = made.saved_draft(receipt)
        services.send_to_check(reply.pk, by=clerk, at=NOW)

        services.send_back_draft(reply.pk, remark="第2句没有承诺", by=unit_head, at=NOW)

        reply = reload(reply)
        assert (reply.state, reply.check_note) == (State.DRAFTING, "第2句没有承诺")
        assert told(clerk, "退回修改")

    def test_makes_a_text_agreed_upon_a_draft_again(self, receipt, unit_head):
        reply = made.reply_to_sign(receipt)

        services.send_back_draft(reply.pk, remark="数字有误", by=unit_head, at=NOW)

        assert reload(reply).state == State.DRAFTING

    def test_does_not_touch_what_the_deputy_is_reading(self, receipt, unit_head):
        asked = made.consulted_reply(receipt)

        with pytest.raises(AlreadyHandled):
            services.send_back_draft(asked.reply_id, remark="等等", by=unit_head, at=NOW)


def test_a_page_is_not_in_its_own_way(unit):
    receipt = accepted_assignment(unit)
    by, text = clerk_of(unit), made.draft_text(receipt)
    services.save_draft(receipt.pk, text, version=0, page="page-1", by=by, at=NOW)

    saved = services.save_draft(receipt.pk, text, version=0, page="page-1", by=by, at=NOW)

    assert saved.version == 2


def test_another_page_is_told_that_it_is_behind(unit):
    receipt = accepted_assignment(unit)
    by, text = clerk_of(unit), made.draft_text(receipt)
    services.save_draft(receipt.pk, text, version=0, page="page-1", by=by, at=NOW)

    with pytest.raises(services.DraftHasChanged):
        services.save_draft(receipt.pk, text, version=0, page="page-2", by=by, at=NOW)
