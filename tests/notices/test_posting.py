"""Alerts: written with the change, once for each person and event."""

from datetime import date, timedelta

import pytest

from notices.models import Alert
from notices.services import Reminder, open_alert, post, post_reminders, read_all
from tests.factories import NOW, TODAY
from tests.factories.notices import make_alert
from tests.factories.suggestions import draft_case

pytestmark = pytest.mark.django_db


def reminder(member, **fields) -> Reminder:
    given = {
        "recipient_id": member.pk,
        "congress_id": member.congress_id,
        "suggestion_id": None,
        "deadline_id": 7,
        "rung": 3,
        "day": TODAY,
        "text": "答复还有3天到期",
        "link": "/",
    }
    return Reminder(**given | fields)


class TestPost:
    def test_tells_each_once_however_often_it_is_said(self, clerk, unit_head):
        case = draft_case()

        told = [post(to=[clerk, clerk, unit_head], text="请签收", about=case, at=NOW) for _ in "ab"]

        assert told == [2, 0]
        assert set(Alert.objects.values_list("recipient", "suggestion_id", "link", "day")) == {
            (clerk.pk, case.pk, case.get_absolute_url(), TODAY),
            (unit_head.pk, case.pk, case.get_absolute_url(), TODAY),
        }

    def test_says_again_what_happened_again(self, clerk):
        for hours in (0, 1):
            post(to=[clerk], text="请签收", at=NOW + timedelta(hours=hours))

        assert Alert.objects.count() == 2

    def test_a_deadline_is_named_by_its_rung_and_day(self, clerk):
        for text in ("还有3天", "只有3天了"):
            post(to=[clerk], text=text, at=NOW, deadline_id=7, rung=3)

        assert Alert.objects.get().due_on == date(2026, 3, 12)


class TestPostReminders:
    def test_tells_of_a_rung_once(self, clerk, unit_head):
        both = [reminder(clerk), reminder(unit_head)]

        assert [post_reminders(both[:1], at=NOW), post_reminders(both, at=NOW)] == [1, 1]
        assert Alert.objects.filter(kind=Alert.Kind.DUE).count() == 2


class TestReading:
    def test_all_at_once(self, clerk, other_clerk):
        alerts = [make_alert(clerk), make_alert(clerk), make_alert(other_clerk)]

        assert [read_all(by=clerk, at=NOW), read_all(by=clerk, at=NOW)] == [2, 0]

        alerts[2].refresh_from_db()
        assert alerts[2].read_at is None

    def test_opening_leads_on_and_keeps_the_first_reading(self, clerk):
        alert = make_alert(clerk, link="/cases/7/")

        links = [open_alert(alert.pk, by=clerk, at=NOW + timedelta(hours=n)) for n in (0, 1)]

        alert.refresh_from_db()
        assert (links, alert.read_at) == (["/cases/7/"] * 2, NOW)

    def test_nobody_opens_what_is_told_to_another(self, clerk, other_clerk):
        alert = make_alert(clerk, link="/cases/7/")

        assert open_alert(alert.pk, by=other_clerk, at=NOW) == ""

        alert.refresh_from_db()
        assert alert.read_at is None
