"""Each alert gets one place: the message of its person, channel, day and slot, or none."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from common.channels.log import LogChannel
from notices.models import Alert, Message
from notices.services import read_all
from notices.services.grouping import group_alerts
from tests.factories import NOW, TODAY
from tests.factories.accounts import make_member
from tests.factories.notices import make_alert, make_message, reachable
from tests.notices.drains import EACH, PEOPLE, drain_at_once, make_people, places

Channel, State = Message.Channel, Message.State
WAYS = {Channel.SMS: LogChannel("sms"), Channel.EMAIL: LogChannel("email")}
FIFTEEN = NOW + timedelta(hours=5)


def group(at=NOW, ways=WAYS):
    return group_alerts(ways=ways, at=at)


def messages():
    return list(
        Message.objects.order_by("day", "slot", "user").values_list(
            "user", "channel", "day", "slot", "address", "not_before"
        )
    )


@pytest.mark.django_db
class TestGroupAlerts:
    def test_puts_all_of_a_person_into_one_message_of_the_next_slot(self, clerk):
        reachable(clerk)
        alerts = [make_alert(clerk) for _ in range(3)]

        assert group() == 3

        assert messages() == [(clerk.user_id, "sms", TODAY, 1500, "13800001111", FIFTEEN)]
        assert set(Alert.objects.values_list("message__alerts", "grouped_at")) == {
            (alert.pk, NOW) for alert in alerts
        }

    def test_one_person_in_two_seats_is_told_once(self, clerk, unit):
        reachable(clerk)
        head = make_member("unit_head", unit, user=clerk.user)
        make_alert(clerk)
        make_alert(head)

        group()

        assert len(messages()) == 1

    def test_later_alerts_join_until_the_slot_opens(self, clerk):
        reachable(clerk)
        make_alert(clerk)
        group()
        make_alert(clerk, at=NOW + timedelta(hours=1))

        group(NOW + timedelta(hours=1))

        assert len(messages()) == 1
        assert Message.objects.get().alerts.count() == 2

    @pytest.mark.parametrize("state", [State.SENDING, State.SENT, State.PARKED, State.FAILED])
    def test_nothing_joins_a_message_that_began_to_leave(self, clerk, state):
        reachable(clerk)
        make_message(clerk, slot=1500, state=state)
        make_alert(clerk)

        group()

        assert [(day, slot) for _, _, day, slot, *_ in messages()] == [
            (TODAY, 1500),
            (date(2026, 3, 10), 900),
        ]

    def test_nothing_joins_a_message_whose_text_was_tried(self, clerk):
        reachable(clerk)
        make_message(clerk, slot=1500, text="您有1项待办，请登录系统办理。", attempts=1)
        make_alert(clerk)

        group()

        assert Message.objects.order_by("pk").last().slot == 900

    def test_a_slot_missed_by_a_little_is_still_taken(self, clerk):
        reachable(clerk)
        make_alert(clerk)

        group(FIFTEEN + timedelta(hours=1))

        assert messages()[0][5] == FIFTEEN

    def test_after_a_standstill_the_next_slot_is_taken(self, clerk):
        reachable(clerk)
        make_alert(clerk)

        group(NOW + timedelta(days=5))  # a Saturday

        assert messages()[0][2:4] == (date(2026, 3, 16), 900)

    def test_who_had_the_message_of_the_day_hears_of_the_rest_on_the_next_working_day(self, clerk):
        friday = NOW + timedelta(days=4)
        make_alert(reachable(clerk), at=friday - timedelta(hours=2))
        group(friday - timedelta(hours=2))
        Message.objects.update(state=State.SENT, text="您有1项待办。", attempts=1)
        make_alert(clerk, at=friday)

        group(friday)

        assert [row[2:4] for row in messages()] == [
            (date(2026, 3, 13), 900),
            (date(2026, 3, 16), 900),
        ]

    def test_what_could_not_leave_yesterday_is_joined(self, clerk):
        make_message(reachable(clerk), slot=900)
        make_alert(clerk, at=NOW + timedelta(days=1))

        group(NOW + timedelta(days=1))

        assert len(messages()) == 1
        assert Message.objects.get().alerts.count() == 2

    @pytest.mark.parametrize(
        ("said_on", "day"),
        [
            (date(2026, 2, 13), date(2026, 2, 14)),  # a Saturday worked for the Spring Festival
            (date(2026, 2, 14), date(2026, 2, 24)),  # nothing through the nine days off
            (date(2026, 10, 9), date(2026, 10, 10)),  # a Saturday worked for the National Day
        ],
    )
    def test_days_off_and_days_worked_instead_are_those_of_the_calendar(self, clerk, said_on, day):
        evening = NOW + (said_on - TODAY) + timedelta(hours=8)
        make_alert(reachable(clerk), at=evening)

        group(evening)

        assert messages()[0][2:4] == (day, 900)

    def test_what_was_read_need_not_go_outside(self, clerk):
        reachable(clerk)
        make_alert(clerk)
        read_all(by=clerk, at=NOW)

        group()

        assert messages() == []
        assert Alert.objects.get().grouped_at == NOW

    def test_mail_is_for_those_without_a_mobile_number(self, clerk, other_clerk, outsider):
        reachable(clerk, phone="0000-11112222", email="clerk@example.cn")
        reachable(other_clerk, phone="+86 138 0000 2222", email="other@example.cn")
        reachable(outsider, phone="")
        for member in (clerk, other_clerk, outsider):
            make_alert(member)

        group()

        assert {(user, channel, address) for user, channel, _, _, address, _ in messages()} == {
            (clerk.user_id, "email", "clerk@example.cn"),
            (other_clerk.user_id, "sms", "13800002222"),
        }

    def test_the_platform_is_offered_to_its_congresses_alone(self, clerk, other_staff, settings):
        settings.MESSAGE_PLATFORM_CONGRESSES = [clerk.congress.code]
        for member in (clerk, other_staff):
            make_alert(reachable(member))

        group(ways=WAYS | {Channel.WEBHOOK: LogChannel("webhook")})

        assert {row[:2] for row in messages()} == {
            (clerk.user_id, "webhook"),
            (other_staff.user_id, "sms"),
        }

    def test_nobody_is_told_outside_who_may_not_sign_in(self, clerk):
        reachable(clerk)
        clerk.user.is_active = False
        clerk.user.save()
        make_alert(clerk)

        assert group() == 1

        assert messages() == []

    def test_asks_the_database_as_often_for_many_as_for_one(self, congress, unit, other_unit):
        def queries(n):
            for _ in range(n):
                make_alert(reachable(make_member("clerk", unit)))
            with CaptureQueriesContext(connection) as captured:
                group()
            return len(captured)

        group()

        assert queries(1) == queries(3)


@pytest.mark.django_db
class TestWhatTheDatabaseKeeps:
    def test_a_person_has_one_message_a_day_on_whatever_channel(self, clerk):
        make_message(clerk, slot=900)

        with pytest.raises(IntegrityError, match="message_once_a_day"):
            make_message(clerk, day=TODAY, slot=1500, channel=Channel.EMAIL)

    def test_a_message_that_proved_needless_does_not_use_up_the_day(self, clerk):
        make_message(clerk, slot=900, state=State.UNNEEDED)

        make_message(clerk, day=TODAY, slot=1500)

        assert Message.objects.count() == 2

    def test_an_alert_in_a_message_was_grouped(self, clerk):
        message = make_message(clerk)

        with pytest.raises(IntegrityError, match="alert_in_a_message_was_grouped"):
            make_alert(clerk, message=message)

    def test_what_left_says_something(self, clerk):
        with pytest.raises(IntegrityError, match="message_that_left_says_something"):
            make_message(clerk, state=State.SENT, text="")

    def test_a_rung_is_told_once_a_day(self, clerk):
        given = {"deadline_id": 7, "rung": 3}
        make_alert(clerk, **given)

        with pytest.raises(IntegrityError, match="alert_once_a_rung_and_day"):
            make_alert(clerk, **given)


@pytest.mark.django_db(transaction=True)
def test_four_drains_at_once_give_each_alert_one_place(unit):
    members = make_people(unit)

    counts = drain_at_once(members)

    assert sum(counts) == PEOPLE * EACH
    assert Message.objects.count() == PEOPLE
    assert places() == dict.fromkeys((member.user_id for member in members), EACH)
