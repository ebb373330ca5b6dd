"""Opinions go to the lead unit; an empty one comes back and has five working days."""

from datetime import date

import pytest

from handling.models import Opinion
from handling.services import opinions as services
from handling.services.holding import AlreadyHandled, NotInHand
from notices.models import Alert
from suggestions.models import Deadline, StageEvent
from tests.factories import NOW, TODAY
from tests.factories import handling as made
from tests.factories.suggestions import on, reload

State = Opinion.State


def told(member, text):
    return Alert.objects.filter(recipient=member, text__contains=text).exists()


def test_an_opinion_meets_the_clock_and_is_told_to_the_lead(shared, clerk, deputy):
    opinion = made.given_opinion(shared[1])

    support = made.reload(shared[1])
    assert (opinion.state, opinion.submitted_on) == (State.SUBMITTED, TODAY)
    assert (support.state, support.answer_deadline.met_at) == ("done", NOW)
    assert told(clerk, "已提交协办意见")
    assert not told(deputy, "协办意见")


def test_a_stamped_file_alone_is_an_opinion(shared):
    opinion = made.given_opinion(shared[1], text="", paper=made.pdf())

    assert (opinion.attachment.audience, opinion.attachment.unit) == ("unit", shared[1].unit)


def test_nothing_at_all_is_no_opinion(shared):
    with pytest.raises(services.OpinionIsEmpty):
        made.given_opinion(shared[1], text=" ")


def test_a_late_opinion_says_so(shared):
    made.given_opinion(shared[1], at=on(29, 4))

    event = StageEvent.objects.get(action="opinion")
    assert (shared[1].answer_deadline.due_on, event.note) == (date(2026, 4, 21), "逾期8天")


def test_an_opinion_is_given_once(shared, other_clerk):
    made.given_opinion(shared[1])

    with pytest.raises(AlreadyHandled):
        made.given_opinion(shared[1], by=other_clerk)


def test_an_opinion_needs_a_receipt_in_hand(shared, other_clerk):
    shared[1].state = "returning"
    shared[1].save()

    with pytest.raises(NotInHand):
        made.given_opinion(shared[1], by=other_clerk)


class TestSendBack:
    def test_gives_five_working_days_and_the_work_back(self, shared, clerk, other_clerk):
        opinion = made.given_opinion(shared[1])

        services.send_back_opinion(opinion.pk, why="没有资金安排", by=clerk, at=NOW)

        opinion, support = reload(opinion), made.reload(shared[1])
        assert (opinion.state, opinion.redo_deadline.due_on) == (
            State.SENT_BACK,
            date(2026, 3, 16),
        )
        assert support.state == "accepted"
        assert told(other_clerk, "03月16日前重提")

    def test_the_opinion_given_again_meets_that_clock(self, shared, clerk):
        first = made.given_opinion(shared[1])
        services.send_back_opinion(first.pk, why="空", by=clerk, at=NOW)

        second = made.given_opinion(shared[1], text="安排两千万元", at=on(12))

        assert second.state == State.SUBMITTED
        assert Deadline.objects.get(kind="opinion_redo").met_at == on(12)

    def test_needs_a_reason(self, shared, clerk):
        opinion = made.given_opinion(shared[1])

        with pytest.raises(services.SendingBackNeedsReason):
            services.send_back_opinion(opinion.pk, why="", by=clerk, at=NOW)

    def test_happens_once(self, shared, clerk):
        opinion = made.given_opinion(shared[1])
        services.send_back_opinion(opinion.pk, why="空", by=clerk, at=NOW)

        with pytest.raises(AlreadyHandled):
            services.send_back_opinion(opinion.pk, why="空", by=clerk, at=NOW)

    def test_is_too_late_after_the_reply(self, shared, clerk):
        opinion = made.given_opinion(shared[1])
        made.issued_reply(shared[0])

        with pytest.raises(services.ReplyHasGoneOut):
            services.send_back_opinion(opinion.pk, why="空", by=clerk, at=NOW)


def test_an_opinion_the_lead_did_not_wait_for_is_still_owed(shared):
    made.issued_reply(shared[0])
    case = reload(shared[0].suggestion)
    case.stage = "closed"
    case.save()

    opinion = made.given_opinion(made.reload(shared[1]), at=on(29, 4))

    assert (opinion.state, made.reload(shared[1]).state) == (State.SUBMITTED, "done")
