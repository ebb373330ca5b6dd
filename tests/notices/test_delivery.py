"""A message leaves once; what failed is tried again, what is in doubt waits for a person."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.channels.outcome import Failed, InDoubt, Sent
from common.channels.sms import SmsChannel
from common.channels.smtp import SmtpChannel
from common.channels.webhook import WebhookChannel, signature
from notices.models import Message
from notices.services import read_all
from notices.services.delivery import CUT_OFF_AFTER, MOST_ATTEMPTS, ONE_RUN, deliver
from tests.common.servers import PATIENCE, Gateway, Mailbox, serving
from tests.factories import NOW
from tests.factories.accounts import make_member
from tests.factories.notices import make_alert, make_message, reachable
from tests.together import at_once

Channel, State = Message.Channel, Message.State
TEXT = "【代表建议】您有1项待办，请登录系统办理。"


class Postbox:
    """A channel in memory: keeps what it took, answers what it is told to."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.taken = []
        self.lock = threading.Lock()

    def send(self, address, text, key):
        with self.lock:
            self.taken.append((address, text, key))
            return self.outcomes.pop(0) if self.outcomes else Sent("ok")


def run(box, *, at=NOW, channel=Channel.SMS):
    return deliver(ways={channel: box}, clock=lambda: at)


def state_of(message):
    found = Message.objects.get(pk=message.pk)
    return State(found.state), found.attempts, found.not_before, found.error


@pytest.fixture
def message(clerk) -> Message:
    return make_message(reachable(clerk))


@pytest.mark.django_db
class TestDeliver:
    def test_sends_what_is_due_and_says_so(self, message):
        box = Postbox()

        assert run(box) == 1

        assert box.taken == [("13800001111", TEXT, str(message.key))]
        assert state_of(message) == (State.SENT, 1, NOW, "")
        assert Message.objects.get().text == TEXT

    def test_waits_for_the_slot(self, clerk):
        make_message(reachable(clerk), not_before=NOW + timedelta(minutes=1))

        assert run(Postbox()) == 0

    def test_goes_to_the_number_of_now(self, message, clerk):
        reachable(clerk, phone="13900009999")
        box = Postbox()

        run(box)

        assert box.taken[0][0] == "13900009999"

    def test_counts_what_is_still_unread(self, message, clerk):
        read_all(by=clerk, at=NOW)
        make_alert(clerk, message=message, grouped_at=NOW, kind="event")
        box = Postbox()

        run(box)

        assert box.taken[0][1] == "【代表建议】您有1项办理动态，请登录系统查看。"

    def test_what_was_read_meanwhile_is_not_sent(self, message, clerk):
        read_all(by=clerk, at=NOW)
        box = Postbox()

        assert run(box) == 0

        assert (box.taken, state_of(message)[0]) == ([], State.UNNEEDED)

    def test_nobody_is_told_who_may_no_longer_sign_in(self, message, clerk):
        clerk.user.is_active = False
        clerk.user.save()

        run(Postbox())

        assert state_of(message)[0] == State.UNNEEDED

    def test_fails_without_a_number(self, message, clerk):
        reachable(clerk, phone="")
        box = Postbox()

        run(box)

        assert box.taken == []
        assert state_of(message)[::3] == (State.FAILED, "没有可用的号码或者地址。")

    def test_tries_again_later_with_the_same_key_and_text(self, message, clerk):
        run(Postbox(Failed("平台拒绝：503")))
        first = state_of(message)
        make_alert(clerk, message=message, grouped_at=NOW)
        box = Postbox()

        assert run(box, at=NOW + timedelta(minutes=1)) == 0
        assert run(box, at=NOW + timedelta(minutes=2)) == 1

        assert first == (State.WAITING, 1, NOW + timedelta(minutes=2), "平台拒绝：503")
        assert box.taken == [("13800001111", TEXT, str(message.key))]
        assert state_of(message)[:2] == (State.SENT, 2)

    def test_a_second_try_never_comes_at_night(self, message):
        evening = NOW + timedelta(hours=7, minutes=59)  # 17:59

        run(Postbox(Failed("忙")), at=evening)

        assert state_of(message)[2] == NOW + timedelta(hours=23)  # nine the next morning

    @pytest.mark.parametrize(
        "late",
        [
            timedelta(hours=8),  # six in the evening
            timedelta(hours=22, minutes=59),  # before nine in the morning
            timedelta(days=5),  # a Saturday
        ],
    )
    def test_what_is_late_waits_for_working_hours(self, message, late):
        box = Postbox()

        assert run(box, at=NOW + late) == 0
        assert box.taken == []

    def test_gives_up_after_a_bounded_number_of_tries(self, message):
        box = Postbox(*[Failed("忙")] * 20)

        for _ in range(20):
            run(box, at=Message.objects.get().not_before)

        assert len(box.taken) == MOST_ATTEMPTS
        assert state_of(message)[:2] == (State.FAILED, MOST_ATTEMPTS)

    def test_does_not_repeat_what_will_fail_again(self, message):
        run(Postbox(Failed("手机号码无效。", is_permanent=True)))

        assert state_of(message)[::3] == (State.FAILED, "手机号码无效。")

    def test_parks_what_is_in_doubt(self, message):
        box = Postbox(InDoubt("已交给平台，未收到答复"))

        run(box)
        run(box, at=NOW + timedelta(days=1))

        assert len(box.taken) == 1
        assert state_of(message)[::3] == (State.PARKED, "已交给平台，未收到答复")

    def test_a_gateway_that_keeps_refusing_is_left_alone_until_the_next_run(self, unit):
        for _ in range(10):
            make_message(reachable(make_member("clerk", unit)))
        box = Postbox(*[Failed("忙")] * 10)

        run(box)

        assert len(box.taken) == 3

    def test_one_dead_gateway_does_not_hold_up_the_other(self, unit):
        for n in range(8):
            member = reachable(make_member("clerk", unit), email="clerk@example.cn")
            make_message(member, channel=[Channel.SMS, Channel.EMAIL][n % 2])
        dead, alive = Postbox(*[Failed("忙")] * 10), Postbox()

        deliver(ways={Channel.SMS: dead, Channel.EMAIL: alive}, clock=lambda: NOW)

        assert (len(dead.taken), len(alive.taken)) == (3, 4)

    def test_a_run_ends_in_time_however_much_there_is(self, unit):
        for _ in range(5):
            make_message(reachable(make_member("clerk", unit)))
        hours = iter(NOW + n * ONE_RUN / 6 for n in range(100))
        box = Postbox()

        deliver(ways={Channel.SMS: box}, clock=lambda: next(hours))

        assert 0 < len(box.taken) < 5

    def test_asks_the_database_as_often_for_each(self, unit):
        def queries(n):
            for _ in range(n):
                make_message(reachable(make_member("clerk", unit)))
            with CaptureQueriesContext(connection) as captured:
                assert run(Postbox()) == n
            return len(captured)

        none, one, three = queries(0), queries(1), queries(3)

        assert three - none == 3 * (one - none)


@pytest.mark.django_db
class TestCutOff:
    def test_a_killed_sender_leaves_its_message_to_a_person(self, clerk):
        lost = make_message(reachable(clerk), state=State.SENDING)
        box = Postbox()

        run(box, at=NOW + CUT_OFF_AFTER)
        still = state_of(lost)[0]
        run(box, at=NOW + CUT_OFF_AFTER + timedelta(seconds=1))

        assert still == State.SENDING
        assert state_of(lost)[::3] == (State.PARKED, "发送中断，是否送出不明。")
        assert box.taken == []

    def test_a_channel_that_breaks_leaves_its_message_as_one_cut_off(self, message):
        class Broken:
            def send(self, *_):
                raise RuntimeError("bug")

        with pytest.raises(RuntimeError):
            run(Broken())

        assert state_of(message)[0] == State.SENDING

    def test_a_slow_sender_still_says_how_it_ended(self, message):
        class Slow(Postbox):
            def send(self, *given):
                run(Postbox(), at=NOW + timedelta(hours=1))  # parks it meanwhile
                return super().send(*given)

        run(Slow())

        assert state_of(message)[0] == State.SENT

    def test_a_slow_sender_does_not_speak_for_a_later_attempt(self, message):
        class Slow(Postbox):
            def send(self, *given):
                Message.objects.update(state=State.SENDING, attempts=2)
                return Sent()

        run(Slow())

        assert state_of(message)[:2] == (State.SENDING, 2)


@pytest.mark.django_db(transaction=True)
def test_six_senders_at_once_send_each_message_once(unit):
    messages = [make_message(reachable(make_member("clerk", unit))) for _ in range(40)]
    box = Postbox()

    counts = at_once(*[lambda: run(box)] * 6)

    assert sum(counts) == 40
    assert sorted(key for _, _, key in box.taken) == sorted(str(m.key) for m in messages)
    assert set(Message.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


@pytest.mark.django_db
class TestThroughRealConnections:
    def test_sms(self, message):
        with serving(Gateway()) as gateway:
            run(SmsChannel(gateway.url, signature="代表建议", timeout=PATIENCE))

        assert list(gateway.delivered) == [str(message.key)]
        assert gateway.delivered[str(message.key)] == {
            "mobile": "13800001111",
            "content": TEXT,
            "requestId": str(message.key),
            "sign": "代表建议",
        }
        assert state_of(message)[0] == State.SENT

    def test_sms_whose_answer_is_lost_goes_out_once(self, message):
        with serving(Gateway("cut")) as gateway:
            for minutes in range(5):
                run(SmsChannel(gateway.url, timeout=PATIENCE), at=NOW + timedelta(minutes=minutes))

        assert len(gateway.requests) == 1
        assert state_of(message)[0] == State.PARKED

    def test_mail(self, clerk):
        mail = make_message(reachable(clerk, email="clerk@example.cn"), channel=Channel.EMAIL)
        with serving(Mailbox()) as server:
            port = server.server_address[1]
            run(SmtpChannel("127.0.0.1", port, "jianyi@example.cn"), channel=Channel.EMAIL)

        assert len(server.mails) == 1
        assert state_of(mail)[0] == State.SENT

    def test_platform(self, clerk):
        pushed = make_message(reachable(clerk), channel=Channel.WEBHOOK)
        with serving(Gateway()) as gateway:
            run(WebhookChannel(gateway.url, "secret"), channel=Channel.WEBHOOK)

        [(_, headers, body)] = gateway.requests
        assert json.loads(body) == {"key": str(pushed.key), "text": TEXT, "to": "13800001111"}
        assert headers["X-Signature"] == signature("secret", body)
        assert state_of(pushed)[0] == State.SENT
