"""A person decides on what the machine must not send again, and the record says so."""

from datetime import timedelta

import pytest

from audit.models import AuditEvent
from audit.wording import describe
from notices.models import Alert, Message
from notices.services import read_all
from notices.services.delivery import deliver
from notices.services.settling import (
    AlreadySettled,
    mark_sent,
    resend,
    resend_failed,
    tell_of_stuck,
)
from tests.factories import NOW
from tests.factories.notices import make_message, reachable
from tests.notices.test_delivery import Postbox, run, state_of
from tests.together import at_once

State = Message.State
LATER = NOW + timedelta(days=1)


def record():
    return list(AuditEvent.objects.order_by("pk").values_list("action", "actor", "detail"))[-1]


@pytest.mark.django_db
class TestResend:
    @pytest.mark.parametrize("state", [State.FAILED, State.PARKED])
    def test_goes_out_again_under_the_same_key_to_the_number_of_now(self, clerk, staff, state):
        message = make_message(reachable(clerk), state=state)
        reachable(clerk, phone="13900009999")

        resend(message.pk, why="网关恢复", by=staff, at=LATER)

        box = Postbox()
        run(box, at=LATER)
        assert [(address, key) for address, _, key in box.taken] == [
            ("13900009999", str(message.key))
        ]
        assert state_of(message)[:2] == (State.SENT, 2)
        assert record() == ("message.resend", staff.user_id, {"why": "网关恢复"})
        assert describe("message.resend") == "对外消息 · 重新发送"

    def test_sends_nothing_when_all_was_read_meanwhile(self, clerk, staff):
        message = make_message(reachable(clerk), state=State.PARKED)
        read_all(by=clerk, at=NOW)
        resend(message.pk, why="网关恢复", by=staff, at=LATER)

        run(Postbox(), at=LATER)

        assert state_of(message)[0] == State.UNNEEDED

    @pytest.mark.parametrize("deed", [resend, mark_sent])
    @pytest.mark.parametrize("state", [State.WAITING, State.SENDING, State.SENT, State.UNNEEDED])
    def test_only_what_waits_for_a_person(self, clerk, staff, deed, state):
        message = make_message(reachable(clerk), state=state)
        before = AuditEvent.objects.count()

        with pytest.raises(AlreadySettled, match=str(state.label)):
            deed(message.pk, why="试试", by=staff, at=LATER)

        assert (state_of(message)[0], AuditEvent.objects.count()) == (state, before)


@pytest.mark.django_db
class TestResendFailed:
    def test_leaves_what_is_in_doubt_to_single_decisions(self, clerk, other_clerk, staff):
        failed = make_message(reachable(clerk), state=State.FAILED)
        parked = make_message(reachable(other_clerk), state=State.PARKED)

        n = resend_failed([failed.pk, parked.pk], why="网关恢复", by=staff, at=LATER)

        assert n == 1
        assert (state_of(failed)[0], state_of(parked)[0]) == (State.WAITING, State.PARKED)
        assert record() == ("message.resend", staff.user_id, {"why": "网关恢复"})


@pytest.mark.django_db
def test_marking_as_sent_keeps_the_reason(clerk, staff):
    message = make_message(reachable(clerk), state=State.PARKED)

    mark_sent(message.pk, why="已电话告知", by=staff, at=LATER)

    assert state_of(message)[::3] == (State.SENT, "人工核实：已电话告知")
    assert record() == ("message.settle", staff.user_id, {"why": "已电话告知"})


@pytest.mark.django_db
class TestTellOfStuck:
    def test_tells_the_staff_of_that_congress_once_a_day(self, clerk, staff, other_staff):
        make_message(reachable(clerk), state=State.PARKED)
        make_message(reachable(clerk), state=State.FAILED)

        assert tell_of_stuck(at=NOW) == 1
        assert tell_of_stuck(at=NOW) == 0
        assert tell_of_stuck(at=LATER) == 1

        told = Alert.objects.filter(recipient=staff).values_list("text", flat=True)
        assert set(told) == {"有2条对外消息发送失败或者存疑，请核实后处理。"}

    def test_says_nothing_while_all_is_well(self, clerk, staff):
        make_message(reachable(clerk), state=State.SENT)

        assert tell_of_stuck(at=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_resend_once(clerk, staff, director):
    message = make_message(reachable(clerk), state=State.PARKED)

    outcomes = at_once(
        lambda: resend(message.pk, why="核实", by=staff, at=LATER),
        lambda: mark_sent(message.pk, why="核实", by=director, at=LATER),
    )

    assert sorted(type(outcome) for outcome in outcomes if outcome) == [AlreadySettled]
    box = Postbox()
    deliver(ways={"sms": box}, clock=lambda: LATER)
    assert len(box.taken) <= 1
    assert state_of(message)[0] == State.SENT
