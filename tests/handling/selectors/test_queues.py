"""Each inbox queue holds what waits for the actor, in one query, and nobody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handling.selectors import office_queues, queues
from suggestions.models import Deadline
from tests.factories import NOW, TODAY
from tests.factories import handling as made
from tests.factories.assignment import accepted_assignment


def ids(queue, actor, **options):
    with CaptureQueriesContext(connection) as queries:
        rows = list(queue(actor, **options).values_list("task_case", "task_target", "task_due"))
    assert len(queries) == 1
    return [target for _, target, _ in rows]


def test_a_fresh_receipt_asks_for_a_talk_and_a_reply(receipt, clerk, unit_head, outsider):
    assert ids(queues.to_contact, clerk) == ids(queues.to_draft, clerk) == [receipt.pk]
    assert ids(queues.to_contact, unit_head) == [receipt.pk]
    assert ids(queues.to_contact, outsider) == ids(queues.to_draft, outsider) == []


def test_a_clerk_is_spared_what_a_colleague_has(receipt, clerk, unit):
    colleague = made.make_member("clerk", unit)

    assert ids(queues.to_draft, clerk) == [receipt.pk]
    assert ids(queues.to_draft, colleague) == []


def test_a_recorded_talk_moves_on_to_the_deputy(receipt, clerk, deputy, other_deputy):
    talk = made.recorded_talk(receipt)

    assert ids(queues.to_contact, clerk) == []
    assert ids(queues.talks_to_confirm, deputy) == [talk.pk]
    assert ids(queues.talks_to_confirm, other_deputy) == []


def test_the_secretary_answers_for_a_delegation(receipt, secretary, other_secretary, head_deputy):
    case = receipt.suggestion
    case.lead_deputy, case.proposer = None, "delegation"
    case.save()
    talk = made.recorded_talk(receipt)

    assert ids(queues.talks_to_confirm, secretary) == [talk.pk]
    assert ids(queues.talks_to_confirm, head_deputy) == [talk.pk]
    assert ids(queues.talks_to_confirm, other_secretary) == []


def test_the_draft_goes_from_clerk_to_head_to_deputy_to_head(receipt, clerk, unit_head, deputy):
    made.confirmed_talk(receipt)
    reply = made.saved_draft(receipt)
    made.replies.send_to_check(reply.pk, by=clerk, at=NOW)
    checking = (ids(queues.to_draft, clerk), ids(queues.to_check, unit_head))
    asked = made.consultations.consult(reply.pk, by=unit_head, at=NOW)
    consulting = (ids(queues.to_check, unit_head), ids(queues.views_to_give, deputy))
    made.consultations.answer_consultation(asked.pk, view="agree", by=deputy, at=NOW)

    assert checking == ([], [reply.pk])
    assert consulting == ([], [asked.pk])
    assert ids(queues.views_to_give, deputy) == []
    assert (ids(queues.to_issue, unit_head), ids(queues.to_issue, clerk)) == ([reply.pk], [])


def test_clerks_issue_what_their_own_system_has_signed(receipt, paper_unit, clerk):
    reply = made.reply_to_sign(made.reload(receipt))

    assert ids(queues.to_issue, clerk) == [reply.pk]


def test_an_opinion_waits_for_the_supporting_unit(shared, clerk, other_clerk):
    before = ids(queues.opinions_to_give, other_clerk)
    made.given_opinion(shared[1])

    assert (before, ids(queues.opinions_to_give, clerk)) == ([shared[1].pk], [])
    assert ids(queues.opinions_to_give, other_clerk) == []


def test_promises_go_from_unit_to_committee_to_deputy(receipt, clerk, staff, other_staff, deputy):
    promise = made.open_promise(receipt)
    kept = ids(queues.promises_to_keep, clerk)
    made.claimed_promise(promise)
    claimed = (ids(office_queues.clearances_to_decide, staff), ids(queues.promises_to_keep, clerk))
    made.promises.decide_clearance(promise.pk, cleared=True, by=staff, at=NOW)

    assert (kept, claimed) == ([promise.pk], ([promise.pk], []))
    assert ids(office_queues.clearances_to_decide, other_staff) == []
    assert ids(queues.promises_to_rate, deputy) == [promise.pk]


class TestCommittee:
    def test_checks_attempts(self, receipt, staff, other_staff):
        attempt = made.recorded_attempt(receipt)

        assert ids(office_queues.attempts_to_confirm, staff) == [attempt.pk]
        assert ids(office_queues.attempts_to_confirm, other_staff) == []

    def test_sees_what_expired_and_not_what_runs(self, receipt, staff):
        asked = made.consulted_reply(receipt)
        running = ids(office_queues.consultations_expired, staff, on=TODAY)
        Deadline.objects.filter(pk=asked.deadline_id).update(
            starts_on="2026-02-01", due_on="2026-03-06"
        )

        assert (running, ids(office_queues.consultations_expired, staff, on=TODAY)) == (
            [],
            [asked.pk],
        )

    def test_enters_for_deputies_on_paper(self, receipt, staff):
        asked = made.consulted_reply(receipt)
        before = ids(office_queues.views_on_paper, staff)
        asked.deputy.works_on_paper = True
        asked.deputy.save()

        assert (before, ids(office_queues.views_on_paper, staff)) == ([], [asked.pk])

    def test_mediates_a_disagreement_until_the_unit_asks_again(self, receipt, staff, deputy):
        asked = made.consulted_reply(receipt)
        made.consultations.answer_consultation(
            asked.pk, view="disagree", note="不", by=deputy, at=NOW
        )
        standing = ids(office_queues.disagreements, staff)
        made.consulted_reply(receipt)

        assert (standing, ids(office_queues.disagreements, staff)) == ([asked.pk], [])

    def test_decides_on_more_time_after_the_office_has_spoken(
        self, receipt, staff, system_office, other_system_office
    ):
        request = made.asked_extension(receipt)

        assert ids(office_queues.extensions_to_decide, staff) == [request.pk]
        assert ids(office_queues.extensions_to_comment, system_office) == [request.pk]
        assert ids(office_queues.extensions_to_comment, other_system_office) == []

    def test_enters_when_paper_arrived(self, receipt, staff):
        lead = receipt.suggestion.lead_deputy
        lead.works_on_paper = True
        lead.save()
        delivery = made.lead_delivery(made.issued_reply(receipt))

        assert ids(office_queues.receipts_to_record, staff) == [delivery.pk]


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_is_that_of_the_queue(unit, clerk, number):
    for _ in range(number):
        accepted_assignment(unit, by=clerk)

    assert len(ids(queues.to_draft, clerk)) == number
