"""Who may do what in which state: the role, the same role elsewhere, and the person recused."""

import pytest

from accounts.models import Role
from assignment.models import Assignment
from congress.models import Deputy
from congress.profile import rules_for
from handling.models import Consultation, Promise, Reply, Talk
from handling.rules import extensions, opinions, promises, replies, seats, talks
from handling.services.extensions import ask_extension
from suggestions.stages import Stage
from tests.factories import NOW, TODAY
from tests.factories import handling as made
from tests.factories.accounts import make_member

EVERYBODY = [
    "clerk",
    "unit_head",
    "other_clerk",
    "outsider",
    "deputy",
    "other_deputy",
    "staff",
    "director",
    "other_staff",
    "session_staff",
    "system_office",
    "other_system_office",
    "secretary",
    "committee_member",
    "leader",
    "system_admin",
]


@pytest.fixture
def people(request):
    return {name: request.getfixturevalue(name) for name in EVERYBODY}


def allowed(people, rule, *objects):
    return {name for name, member in people.items() if rule(member, *objects)}


UNIT = {"clerk", "unit_head"}
COMMITTEE = {"staff", "director"}


class TestReceipts:
    def test_talking_and_drafting_are_the_units(self, receipt, people):
        assert allowed(people, talks.may_record_talk, receipt) == UNIT
        assert allowed(people, replies.may_draft_reply, receipt) == UNIT
        assert allowed(people, extensions.may_ask_extension, receipt) == UNIT
        assert allowed(people, opinions.may_submit_opinion, receipt) == set()

    @pytest.mark.parametrize("state", ["offered", "returning", "reassigned", "stopped"])
    def test_nothing_is_done_with_a_receipt_out_of_hand(self, receipt, people, state):
        receipt.state = state

        for rule in (
            talks.may_record_talk,
            replies.may_draft_reply,
            extensions.may_ask_extension,
        ):
            assert allowed(people, rule, receipt) == set()

    @pytest.mark.parametrize(
        ("stage", "may_talk", "may_draft"),
        [
            (Stage.HANDLING, True, True),
            (Stage.REHANDLING, True, True),
            (Stage.REPLIED, True, False),
            (Stage.TRACKING, True, False),
            (Stage.CLOSED, False, False),
            (Stage.WITHDRAWN, False, False),
            (Stage.REGISTERED, False, False),
        ],
    )
    def test_the_stage_decides(self, receipt, clerk, stage, may_talk, may_draft):
        receipt.suggestion.stage = stage

        assert talks.may_record_talk(clerk, receipt) is may_talk
        assert replies.may_draft_reply(clerk, receipt) is may_draft

    def test_a_text_that_has_left_is_drafted_no_more(self, receipt, clerk):
        made.consulted_reply(receipt)

        assert replies.may_draft_reply(clerk, receipt) is False

    def test_supporting_units_give_opinions_once(self, shared, people):
        may = allowed(people, opinions.may_submit_opinion, shared[1])
        made.given_opinion(shared[1])

        assert may == {"other_clerk"}
        assert allowed(people, opinions.may_submit_opinion, made.reload(shared[1])) == set()
        assert allowed(people, replies.may_draft_reply, shared[1]) == set()

    def test_one_request_at_a_time(self, receipt, clerk):
        asked(receipt)

        assert extensions.may_ask_extension(clerk, receipt) is False

    def test_the_deputy_who_asked_does_not_answer_for_the_unit(self, receipt, deputy, unit):
        own_seat = make_member(Role.UNIT_HEAD, unit, user=deputy.user)

        assert seats.acts_for_unit(own_seat, receipt) is False
        assert talks.may_record_talk(own_seat, receipt) is False


def asked(receipt):
    return ask_extension(
        receipt.pk,
        reason="复杂",
        until=TODAY.replace(month=8),
        told_deputy=True,
        by=receipt.accepted_by,
        at=NOW,
    )


class TestTalks:
    def test_the_deputy_answers(self, receipt, people):
        talk = made.recorded_talk(receipt)

        assert allowed(people, talks.may_answer_talk, talk) == {"deputy"}

    def test_once(self, receipt, people):
        talk = made.confirmed_talk(receipt)

        assert allowed(people, talks.may_answer_talk, talk) == set()

    def test_nobody_answers_for_nobody(self, receipt, people):
        talk = made.recorded_talk(receipt)
        talk.deputy = None

        assert allowed(people, talks.may_answer_talk, talk) == set()

    def test_the_staff_enter_for_a_deputy_on_paper(self, receipt, people):
        talk = made.recorded_talk(receipt)
        talk.deputy.works_on_paper = True

        assert allowed(people, talks.may_answer_talk, talk) == {"deputy"} | COMMITTEE

    def test_the_secretary_answers_for_a_delegation(self, receipt, people, head_deputy):
        talk = of_the_delegation(made.recorded_talk(receipt), head_deputy)

        assert allowed(people, talks.may_answer_talk, talk) == {"secretary"}
        assert talks.may_answer_talk(head_deputy, talk) is True

    def test_attempts_are_checked_by_the_committee(self, receipt, people):
        attempt = made.recorded_attempt(receipt)

        assert allowed(people, talks.may_confirm_attempt, attempt) == COMMITTEE
        attempt.state = Talk.State.ATTEMPT_CONFIRMED
        assert allowed(people, talks.may_confirm_attempt, attempt) == set()


def of_the_delegation(talk, head):
    case = talk.assignment.suggestion
    case.lead_deputy, case.proposer = None, "delegation"
    talk.deputy = head.deputy
    return talk


class TestOpinions:
    def test_the_lead_unit_asks_again(self, shared, people):
        opinion = made.given_opinion(shared[1])

        assert allowed(people, opinions.may_send_back_opinion, opinion) == UNIT

    @pytest.mark.parametrize(
        "change",
        [{"state": "sent_back"}, {"round": 2}],
    )
    def test_not_what_was_sent_back_or_is_of_another_round(self, shared, people, change):
        opinion = made.given_opinion(shared[1])
        for name, value in change.items():
            setattr(opinion, name, value)

        assert allowed(people, opinions.may_send_back_opinion, opinion) == set()

    def test_not_after_the_reply(self, shared, clerk):
        opinion = made.given_opinion(shared[1])
        made.issued_reply(shared[0])
        opinion.assignment.suggestion.stage = Stage.HANDLING
        issued = opinions.may_send_back_opinion(clerk, opinion)
        opinion.assignment.suggestion.stage = Stage.REPLIED

        assert (issued, opinions.may_send_back_opinion(clerk, opinion)) == (False, False)


class TestReplies:
    RULES = {
        "check": replies.may_send_to_check,
        "consult": replies.may_consult,
        "send_back": replies.may_send_back_draft,
        "issue": replies.may_issue,
    }
    HEAD = {"unit_head"}

    @pytest.mark.parametrize(
        ("inside", "state", "expected"),
        [
            (True, "drafting", {"check": UNIT}),
            (True, "checking", {"consult": HEAD, "send_back": HEAD}),
            (True, "consulting", {}),
            (True, "signing", {"send_back": HEAD, "issue": HEAD}),
            (True, "issued", {}),
            (False, "drafting", {"consult": UNIT}),
            (False, "checking", {"send_back": UNIT}),
            (False, "consulting", {}),
            (False, "signing", {"send_back": UNIT, "issue": UNIT}),
            (False, "issued", {}),
        ],
    )
    def test_each_state_has_its_hands(self, receipt, people, inside, state, expected):
        reply = made.saved_draft(receipt)
        reply.assignment = receipt
        receipt.unit.signs_inside, reply.state = inside, state

        found = {name: allowed(people, rule, reply) for name, rule in self.RULES.items()}

        assert found == {name: expected.get(name, set()) for name in self.RULES}

    def test_a_reply_of_an_earlier_round_rests(self, receipt, clerk):
        reply = made.saved_draft(receipt)
        reply.assignment = receipt
        receipt.suggestion.round = 2

        assert replies.may_send_to_check(clerk, reply) is False

    def test_the_letter_is_the_units_until_it_is_issued(self, receipt, people):
        reply = made.saved_draft(receipt)
        reply.assignment = receipt

        before = allowed(people, replies.may_export_letter, reply)
        reply.state = Reply.State.ISSUED

        after = UNIT | COMMITTEE | {"deputy", "other_deputy"}
        assert before == UNIT
        assert allowed(people, replies.may_export_letter, reply) == after

    def test_the_deputy_gives_the_view_and_the_committee_may_let_it_lapse(self, receipt, people):
        question = Consultation.objects.select_related("reply__assignment__suggestion").get(
            pk=made.consulted_reply(receipt).pk
        )

        assert allowed(people, replies.may_answer_consultation, question) == {"deputy"}
        assert allowed(people, replies.may_let_consultation_lapse, question) == COMMITTEE
        assert allowed(people, replies.may_overrule, question) == set()

    def test_nobody_asks_on_after_a_withdrawal(self, receipt, people):
        question = made.consulted_reply(receipt)
        question.reply.assignment.suggestion.stage = Stage.WITHDRAWN

        assert allowed(people, replies.may_answer_consultation, question) == set()
        assert allowed(people, replies.may_let_consultation_lapse, question) == set()

    def test_the_committee_overrules_a_disagreement(self, receipt, people):
        question = made.consulted_reply(receipt)
        question.view, question.reply.state = "disagree", "drafting"

        assert allowed(people, replies.may_overrule, question) == COMMITTEE

    def test_class_is_reviewed_by_committee_and_the_systems_office(self, receipt, people):
        reply = made.issued_reply(receipt)

        assert allowed(people, replies.may_review_class, reply) == COMMITTEE | {"system_office"}
        reply.claimed_class = None
        assert allowed(people, replies.may_review_class, reply) == set()

    def test_the_committee_enters_when_paper_arrived(self, receipt, people):
        Deputy.objects.filter(pk=receipt.suggestion.lead_deputy_id).update(works_on_paper=True)
        delivery = made.lead_delivery(made.issued_reply(receipt))

        assert allowed(people, replies.may_record_receipt, delivery) == COMMITTEE
        delivery.received_on = TODAY
        assert allowed(people, replies.may_record_receipt, delivery) == set()

    def test_the_slip_is_printed_by_those_it_concerns(self, receipt, people):
        delivery = made.lead_delivery(made.issued_reply(receipt))

        may = allowed(people, replies.may_print_receipt, delivery)
        assert may == UNIT | COMMITTEE | {"deputy"}

    def test_only_what_went_out_is_read(self, receipt, people):
        reply = made.saved_draft(receipt)

        assert allowed(people, replies.may_read_reply, reply) == set()
        reply.state = Reply.State.ISSUED
        assert allowed(people, replies.may_note_reading, reply) == {"deputy", "other_deputy"}


class TestExtensions:
    def test_the_systems_office_gives_its_view_once(self, receipt, people):
        request = asked(receipt)

        assert allowed(people, extensions.may_give_view, request) == {"system_office"}
        request.office_view = "同意"
        assert allowed(people, extensions.may_give_view, request) == set()

    def test_the_local_rules_say_who_decides(self, receipt, people, congress):
        request = asked(receipt)
        local = rules_for(congress, on=TODAY)
        by_office = type(local)(**vars(local) | {"extension_approver": "system_office"})

        rule = extensions.may_decide_extension
        assert allowed(people, rule, request, local) == COMMITTEE
        assert allowed(people, rule, request, by_office) == {"system_office"}
        request.outcome = "granted"
        assert allowed(people, rule, request, local) == set()


class TestPromises:
    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            ("draft", {}),
            ("open", {"claim": UNIT, "change": UNIT, "end": COMMITTEE}),
            ("claimed", {"decide": COMMITTEE}),
            ("cleared", {"rate": {"deputy"}}),
            ("ended", {}),
        ],
    )
    def test_each_state_has_its_hands(self, receipt, people, state, expected):
        promise = Promise.objects.select_related("assignment__unit__system").get(
            pk=made.open_promise(receipt).pk
        )
        promise.state = state
        rules = {
            "claim": promises.may_claim_clearance,
            "change": promises.may_change_promise,
            "decide": promises.may_decide_clearance,
            "end": promises.may_end_promise,
            "rate": promises.may_rate_fulfilment,
        }

        found = {name: allowed(people, rule, promise) for name, rule in rules.items()}

        assert found == {name: expected.get(name, set()) for name in rules}

    def test_nobody_follows_the_promise_of_a_withdrawn_case(self, receipt, clerk):
        promise = made.open_promise(receipt)
        promise.suggestion.stage = Stage.WITHDRAWN

        assert promises.may_claim_clearance(clerk, promise) is False

    def test_a_rating_is_given_once_and_by_somebody(self, receipt, deputy):
        promise = made.cleared_promise(made.open_promise(receipt))
        promise.fulfilment = "satisfied"
        given = promises.may_rate_fulfilment(deputy, promise)
        promise.fulfilment, promise.suggestion.lead_deputy_id = "", None

        assert (given, promises.may_rate_fulfilment(deputy, promise)) == (False, False)

    def test_the_list_is_for_units_and_offices(self, people):
        assert allowed(people, promises.may_list_promises) == UNIT | COMMITTEE | {
            "other_clerk", "outsider", "other_staff", "system_office", "other_system_office",
            "committee_member",
        }  # fmt: skip


def test_a_unit_without_an_office_is_directed_by_none(receipt, system_office):
    receipt.unit.system.office = None

    assert seats.acts_for_system(system_office, receipt) is False
    assert receipt.state == Assignment.State.ACCEPTED
