"""Two people press at the same moment: one deed happens, the other is told what did."""

from collections import Counter
from datetime import date

import pytest

from common.refusals import Refusal
from handling.models import Consultation, Delivery, Opinion, Promise, PromiseChange, Reply, Talk
from handling.services import (
    attempts,
    consents,
    consultations,
    extensions,
    opinions,
    promise_changes,
    promises,
    receiving,
    replies,
    talks,
)
from suggestions.models import Deadline, StageEvent
from suggestions.services import withdrawing
from suggestions.stages import Stage
from tests.factories import NOW, TODAY
from tests.factories import handling as made
from tests.factories.suggestions import on, reload
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(results):
    """Count what happened: done, or the kind of refusal; anything else is a fault."""
    faults = [each for each in results if isinstance(each, Exception)]
    assert all(isinstance(each, Refusal) for each in faults), faults
    return Counter("refused" if isinstance(each, Exception) else "done" for each in results)


ONE_OF_TWO = Counter(done=1, refused=1)


def test_two_clerks_save_the_same_draft(receipt, clerk, unit_head):
    first = made.saved_draft(receipt)
    text = made.draft_text(receipt)

    results = at_once(*[
        lambda by=by: replies.save_draft(receipt.pk, text, version=first.version, by=by, at=NOW)
        for by in (clerk, unit_head)
    ])  # fmt: skip

    assert outcome(results) == ONE_OF_TWO
    assert reload(first).version == 2


def test_two_clerks_begin_the_same_draft(receipt, clerk, unit_head):
    text = made.draft_text(receipt)

    results = at_once(*[
        lambda by=by: replies.save_draft(receipt.pk, text, version=0, by=by, at=NOW)
        for by in (clerk, unit_head)
    ])  # fmt: skip

    assert outcome(results) == ONE_OF_TWO
    assert Reply.objects.count() == 1


def test_the_head_issues_twice(receipt):
    reply = made.reply_to_sign(receipt)
    made.head_of(receipt.unit)

    results = at_once(*[lambda: made.issue(reply)] * 2)

    assert outcome(results) == ONE_OF_TWO
    assert Delivery.objects.filter(is_lead=True).count() == 1
    assert Deadline.objects.filter(kind="feedback").count() == 1
    assert StageEvent.objects.filter(action="answer").count() == 1


def test_the_unit_issues_while_the_deputy_withdraws(receipt, deputy):
    reply = made.reply_to_sign(receipt)
    made.head_of(receipt.unit)
    case = receipt.suggestion
    case.cosigners.all().delete()  # nobody else has to consent

    results = at_once(
        lambda: made.issue(reply),
        lambda: withdrawing.ask(case.pk, reason="已解决", by=deputy, at=NOW),
    )

    assert outcome(results) == ONE_OF_TWO
    issued = reload(reply).state == Reply.State.ISSUED
    assert reload(case).stage == (Stage.REPLIED if issued else Stage.WITHDRAWN)


def test_the_last_two_units_answer_at_once(unit, other_unit):
    case = made.receipts.handed_over_case(unit, other_unit, roles=["split", "split"])
    for given in case.assignments.all():
        made.receipts.accept(given)
    to_sign = [made.reply_to_sign(made.reload(row)) for row in case.assignments.order_by("pk")]
    for row in (unit, other_unit):
        made.head_of(row)

    results = at_once(*[lambda reply=reply: made.issue(reply) for reply in to_sign])

    assert outcome(results) == Counter(done=2)
    assert reload(case).stage == Stage.REPLIED
    assert StageEvent.objects.filter(suggestion=case, action="answer").count() == 1


def test_the_deputy_answers_while_the_staff_let_it_lapse(receipt, deputy, staff):
    asked = made.consulted_reply(receipt)

    results = at_once(
        lambda: consultations.answer_consultation(
            asked.pk, view="disagree", note="不同意", by=deputy, at=on(24)
        ),
        lambda: consents.let_lapse(asked.pk, note="已催促", by=staff, at=on(24)),
    )

    assert outcome(results) == ONE_OF_TWO
    view = reload(asked).view
    expected = {"disagree": "drafting", "lapsed": "signing"}
    assert Reply.objects.get().state == expected[view]


def test_the_deputy_taps_twice(receipt, deputy):
    asked = made.consulted_reply(receipt)

    results = at_once(*[
        lambda view=view: consultations.answer_consultation(
            asked.pk, view=view, note="说明", by=deputy, at=NOW
        )
        for view in ("agree", "disagree")
    ])  # fmt: skip

    assert outcome(results) == ONE_OF_TWO


def test_the_head_sends_out_and_back_at_once(receipt, unit_head, clerk):
    made.confirmed_talk(receipt)
    reply = made.saved_draft(receipt)
    replies.send_to_check(reply.pk, by=clerk, at=NOW)

    results = at_once(
        lambda: consultations.consult(reply.pk, by=unit_head, at=NOW),
        lambda: replies.send_back_draft(reply.pk, remark="改", by=unit_head, at=NOW),
    )

    assert outcome(results) == ONE_OF_TWO
    asked = Consultation.objects.exists()
    assert reload(reply).state == ("consulting" if asked else "drafting")


def test_two_clerks_send_the_draft_to_check(receipt, clerk, unit_head):
    reply = made.saved_draft(receipt)

    results = at_once(*[
        lambda by=by: replies.send_to_check(reply.pk, by=by, at=NOW) for by in (clerk, unit_head)
    ])  # fmt: skip

    assert outcome(results) == ONE_OF_TWO


def test_the_staff_mediate_twice(receipt, staff, director, deputy):
    asked = made.consulted_reply(receipt)
    consultations.answer_consultation(asked.pk, view="disagree", note="不", by=deputy, at=NOW)

    results = at_once(*[
        lambda by=by: consents.overrule(asked.pk, note="协调", by=by, at=NOW)
        for by in (staff, director)
    ])  # fmt: skip

    assert outcome(results) == ONE_OF_TWO
    assert Consultation.objects.filter(view="overruled").count() == 1


def test_the_deputy_confirms_what_the_night_would_settle(receipt, deputy):
    talk = made.recorded_talk(receipt)

    at_once(
        lambda: talks.confirm_talk(talk.pk, by=deputy, at=on(17)),
        lambda: talks.settle_talks(at=on(17)),
    )

    state = reload(talk).state
    assert state in {Talk.State.CONFIRMED, Talk.State.UNDISPUTED}
    assert StageEvent.objects.filter(action__in=["confirm_talk", "undisputed_talk"]).count() == 1


def test_the_deputy_confirms_and_disputes_at_once(receipt, deputy):
    talk = made.recorded_talk(receipt)

    results = at_once(
        lambda: talks.confirm_talk(talk.pk, by=deputy, at=NOW),
        lambda: talks.dispute_talk(talk.pk, reason="不实", by=deputy, at=NOW),
    )

    assert outcome(results) == ONE_OF_TWO


def test_two_colleagues_confirm_one_attempt(receipt, staff, director):
    attempt = made.recorded_attempt(receipt)

    results = at_once(*[
        lambda by=by: attempts.confirm_attempt(attempt.pk, by=by, at=NOW)
        for by in (staff, director)
    ])  # fmt: skip

    assert outcome(results) == ONE_OF_TWO


def test_the_supporting_unit_submits_twice(shared, other_clerk):
    results = at_once(*[
        lambda: opinions.submit_opinion(shared[1].pk, text="支持", by=other_clerk, at=NOW)
    ] * 2)  # fmt: skip

    assert outcome(results) == ONE_OF_TWO
    assert Opinion.objects.count() == 1


def test_the_lead_unit_asks_again_twice(shared, clerk, unit_head):
    opinion = made.given_opinion(shared[1])

    results = at_once(*[
        lambda by=by: opinions.send_back_opinion(opinion.pk, why="空", by=by, at=NOW)
        for by in (clerk, unit_head)
    ])  # fmt: skip

    assert outcome(results) == ONE_OF_TWO
    assert Deadline.objects.filter(kind="opinion_redo").count() == 1


def test_two_clerks_ask_for_more_time(receipt, clerk, unit_head):
    results = at_once(*[
        lambda by=by: made.asked_extension(receipt, by=by) for by in (clerk, unit_head)
    ])  # fmt: skip

    assert outcome(results) == ONE_OF_TWO


def test_two_colleagues_decide_on_more_time(receipt, staff, director):
    request = made.asked_extension(receipt)

    results = at_once(
        lambda: extensions.decide_extension(request.pk, granted=True, by=staff, at=NOW),
        lambda: extensions.decide_extension(
            request.pk, granted=False, note="可以按期", by=director, at=NOW
        ),
    )

    assert outcome(results) == ONE_OF_TWO
    granted = reload(request).outcome == "granted"
    assert (reload(receipt).answer_deadline.extended_from is not None) is granted


def test_the_unit_issues_while_more_time_is_decided(receipt, staff):
    request = made.asked_extension(receipt)
    reply = made.reply_to_sign(receipt)
    made.head_of(receipt.unit)

    results = at_once(
        lambda: made.issue(reply),
        lambda: extensions.decide_extension(request.pk, granted=True, by=staff, at=NOW),
    )

    assert isinstance(results[0], Reply)
    assert reload(request).outcome in {"granted", "moot"}
    assert reload(receipt).answer_deadline.met_at == NOW


def test_a_unit_claims_a_promise_twice(receipt, clerk):
    promise = made.open_promise(receipt)

    results = at_once(*[lambda: made.claimed_promise(promise)] * 2)

    assert outcome(results) == ONE_OF_TWO
    assert Deadline.objects.filter(kind="clearance").count() == 1


def test_a_unit_claims_what_it_postpones(receipt, clerk):
    promise = made.open_promise(receipt)

    results = at_once(
        lambda: made.claimed_promise(promise),
        lambda: promise_changes.change_promise(
            promise.pk, reason="雨季", due_on=date(2026, 12, 31), by=clerk, at=NOW
        ),
    )

    counted = outcome(results)
    assert counted["done"] >= 1
    assert reload(promise).state == Promise.State.CLAIMED
    assert PromiseChange.objects.count() == counted["done"] - 1


def test_two_colleagues_clear_the_last_promise(receipt, staff, director):
    promise = made.claimed_promise(made.open_promise(receipt))
    case = reload(receipt.suggestion)
    case.stage = Stage.TRACKING
    case.save()

    results = at_once(*[
        lambda by=by: promises.decide_clearance(promise.pk, cleared=True, by=by, at=NOW)
        for by in (staff, director)
    ])  # fmt: skip

    assert outcome(results) == ONE_OF_TWO
    assert StageEvent.objects.filter(action="clear").count() == 1
    assert Deadline.objects.filter(rated_promise=promise).count() == 1


def test_a_deputy_rates_twice(receipt, deputy):
    promise = made.cleared_promise(made.open_promise(receipt))

    results = at_once(*[
        lambda word=word: promises.rate_fulfilment(
            promise.pk, fulfilment=word, by=deputy, at=NOW
        )
        for word in ("satisfied", "dissatisfied")
    ])  # fmt: skip

    assert outcome(results) == ONE_OF_TWO


def test_two_colleagues_enter_when_paper_arrived(receipt, staff, director):
    lead = receipt.suggestion.lead_deputy
    lead.works_on_paper = True
    lead.save()
    delivery = made.lead_delivery(made.issued_reply(receipt))

    results = at_once(*[
        lambda by=by: receiving.record_receipt(delivery.pk, received_on=TODAY, by=by, at=NOW)
        for by in (staff, director)
    ])  # fmt: skip

    assert outcome(results) == ONE_OF_TWO
    assert Deadline.objects.filter(kind="feedback").count() == 1
