"""From the alert to the gateway through the tasks that beat rings for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.celery import BEAT_SCHEDULE
from notices import tasks
from notices.channels import ways_out
from notices.models import Alert, Message
from tests.common.servers import Gateway, Mailbox, serving
from tests.factories import NOW
from tests.factories.notices import make_alert, make_message, reachable


@pytest.fixture
def office_hours(monkeypatch):
    """Let it be a Monday morning: at night nothing leaves."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.mark.django_db
def test_an_alert_reaches_the_gateway(clerk, settings, office_hours):
    reachable(clerk)
    make_alert(clerk)
    with serving(Gateway()) as gateway:
        settings.SMS_URL = gateway.url
        tasks.group_alerts()
        Message.objects.update(not_before=NOW)
        tasks.deliver_messages()
        tasks.deliver_messages(rung_by="a newer beat")

    assert len(gateway.requests) == 1
    assert Message.objects.get().state == Message.State.SENT


@pytest.mark.django_db
def test_what_is_stuck_is_told(clerk, staff):
    make_message(reachable(clerk), state=Message.State.PARKED)

    tasks.tell_of_stuck_messages()

    assert Alert.objects.filter(recipient=staff).count() == 1


def test_a_ring_that_nobody_heard_is_dropped_before_the_next():
    frequent = [
        (entry["schedule"], entry["options"]["expires"])
        for name, entry in BEAT_SCHEDULE.items()
        if entry["task"].startswith("notices.") and isinstance(entry["schedule"], float)
    ]

    assert frequent == [(30.0, 30), (30.0, 30)]


class TestWaysOut:
    def test_development_writes_into_the_log(self, caplog):
        caplog.set_level("INFO")

        for way in ways_out().values():
            way.send("13800001111", "您有1项待办", "k")

        assert [record.address for record in caplog.records] == ["138****1111"] * 2

    def test_production_without_any_keeps_to_the_inbox(self, settings):
        settings.DEVELOPMENT = False

        assert ways_out() == {}

    def test_what_is_set_up_is_offered(self, settings):
        settings.SMS_URL = settings.MESSAGE_PLATFORM_URL = "http://127.0.0.1:1/"
        with serving(Mailbox()) as server:
            settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
            ways = ways_out()
            ways["email"].send("clerk@example.cn", "您有1项待办", "k")

        assert set(ways) == {"webhook", "sms", "email"}
        assert len(server.mails) == 1

    def test_a_gateway_that_signs_itself_gets_no_signature_in_the_text(
        self, clerk, settings, office_hours
    ):
        settings.SMS_SIGNATURE = "示范市人大"
        make_message(reachable(clerk), at=NOW - timedelta(days=1))
        with serving(Gateway()) as gateway:
            settings.SMS_URL = gateway.url
            tasks.deliver_messages()

        [sent] = gateway.delivered.values()
        assert (sent["sign"], sent["content"]) == ("示范市人大", "您有1项待办，请登录系统办理。")


@pytest.mark.django_db
def test_many_alerts_are_grouped_in_slices(clerk, monkeypatch):
    reachable(clerk)
    monkeypatch.setattr("notices.services.grouping.SLICE", 2)
    for _ in range(5):
        make_alert(clerk)

    tasks.group_alerts()

    assert Message.objects.get().alerts.count() == 5
