"""A message tells how many and until when, and nothing that must not leave the house."""

from datetime import date, timedelta

import pytest

from notices.models import Alert
from notices.wording import text_of
from tests.factories import NOW, TODAY
from tests.factories.notices import make_alert, make_reminder

Kind = Alert.Kind


@pytest.mark.django_db
class TestText:
    def test_counts_each_kind_and_names_the_nearest_day(self, clerk):
        alerts = [
            make_alert(clerk),
            make_alert(clerk),
            make_alert(clerk, kind=Kind.EVENT),
            make_reminder(clerk, TODAY + timedelta(days=15)),
            make_reminder(clerk, date(2026, 3, 12)),
        ]

        assert text_of(alerts, on=TODAY, name="代表建议") == (
            "【代表建议】您有2项待办、2项期限提醒、1项办理动态，"
            "最近一项2026年3月12日到期，请登录系统办理。"
        )

    def test_says_what_is_late(self, clerk):
        late = make_reminder(clerk, TODAY - timedelta(days=1))

        assert text_of([late], on=TODAY, name="") == (
            "您有1项期限提醒，1项已逾期，请登录系统办理。"
        )

    def test_late_and_coming_stand_side_by_side(self, clerk):
        alerts = [make_reminder(clerk, TODAY - timedelta(days=8)), make_reminder(clerk, TODAY)]

        assert text_of(alerts, on=TODAY, name="") == (
            "您有2项期限提醒，1项已逾期，最近一项2026年3月9日到期，请登录系统办理。"
        )

    def test_news_alone_asks_for_nothing_to_be_done(self, deputy):
        news = make_alert(deputy, kind=Kind.EVENT)

        assert text_of([news], on=TODAY, name="") == "您有1项办理动态，请登录系统查看。"

    def test_carries_no_word_of_the_alert(self, clerk):
        alert = make_alert(clerk, text="机密甲乙丙", link="/cases/7/", at=NOW)

        text = text_of([alert], on=TODAY, name="代表建议")

        assert not set("机密甲乙丙/") & set(text)
