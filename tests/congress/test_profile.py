"""Local rules: defaults with sources, differences read strictly, versions that stay."""

import json
from datetime import date
from fractions import Fraction

import pytest
from django.db import InternalError, transaction

from common.workdays import Amount, Unit
from congress.models import Congress, RulesProfile
from congress.profile import (
    ExtensionApprover,
    MonthDay,
    NoProfile,
    ProfileError,
    ReasonGrade,
    Start,
    ready_made_profiles,
    rules_for,
    validate,
)
from congress.profile.clocks import DEFAULT_CLOCKS
from congress.profile.parsing import as_value
from congress.profile.rules import option_fields
from congress.selectors import rules_table
from congress.services import VersionBackdated, add_profile_version
from tests.factories import NOW, TODAY

FIRST_OF_MAY = date(2026, 5, 1)


def add_version(congress, values, valid_from=FIRST_OF_MAY):
    return add_profile_version(
        congress, values=values, valid_from=valid_from, by=None, at=NOW, note="新办法"
    )


class TestDefaults:
    @pytest.mark.parametrize(
        ("name", "amount", "start"),
        [
            ("intersession_assign", Amount(10, Unit.WORKDAY), Start.RECEIVED),
            ("sign", Amount(7, Unit.CALENDAR_DAY), Start.HANDED_OVER),
            ("return_window", Amount(10, Unit.WORKDAY), Start.HANDED_OVER),
            ("return_decision", Amount(10, Unit.WORKDAY), Start.REQUESTED),
            ("first_contact", Amount(20, Unit.WORKDAY), Start.RECEIVED),
            ("coopinion", Amount(30, Unit.WORKDAY), Start.HANDED_OVER),
            ("coopinion_redo", Amount(5, Unit.WORKDAY), Start.REQUESTED),
            ("reply_normal", Amount(3, Unit.MONTH), Start.HANDED_OVER),
            ("reply_hard", Amount(6, Unit.MONTH), Start.HANDED_OVER),
            ("consult", Amount(10, Unit.WORKDAY), Start.SENT),
            ("talk_undisputed", Amount(5, Unit.WORKDAY), Start.RECORDED),
            ("feedback", Amount(20, Unit.WORKDAY), Start.DELIVERED),
            ("rehandle_decision", Amount(10, Unit.WORKDAY), Start.EVALUATED),
            ("rehandle", Amount(2, Unit.MONTH), Start.DECIDED),
            ("commitment_eval", Amount(20, Unit.WORKDAY), Start.DELIVERED),
        ],
    )
    def test_are_those_of_the_configuration_table(self, congress, name, amount, start):
        clock = rules_for(congress, on=TODAY).clock(name)

        assert (clock.amount, clock.start) == (amount, start)

    def test_each_names_its_source(self):
        sources = [clock.source for clock in DEFAULT_CLOCKS.values()]
        sources += [option.metadata["source"] for option in option_fields()]

        assert all(sources)

    def test_numbers_are_written_as_places_write_them(self, congress):
        rules = rules_for(congress, on=TODAY)

        assert rules.number_text(12, is_in_session=True) == "第0012号"
        assert rules.number_text(3, is_in_session=False) == "闭第0003号"


class TestValidate:
    def test_reads_every_default_back(self):
        values = {option.name: as_value(option.default) for option in option_fields()}
        values["clocks"] = {
            name: {"n": clock.amount.n, "unit": clock.amount.unit.value, "start": clock.start.value}
            for name, clock in DEFAULT_CLOCKS.items()
        }

        validate(values)

    @pytest.mark.parametrize(
        ("values", "key"),
        [
            ([], "规则"),
            ({"silence": "excluded"}, "silence"),
            ({"pre_reply_consult": "true"}, "pre_reply_consult"),
            ({"pre_reply_consult": 1}, "pre_reply_consult"),
            ({"quota_per_term": True}, "quota_per_term"),
            ({"quota_per_term": -1}, "quota_per_term"),
            ({"quota_per_term": 1.5}, "quota_per_term"),
            ({"extension_approver": "mayor"}, "extension_approver"),
            ({"extension_cap": 7}, "extension_cap"),
            ({"extension_cap": 0}, "extension_cap"),
            ({"annual_report_month": 13}, "annual_report_month"),
            ({"min_meeting_share": "4/3"}, "min_meeting_share"),
            ({"min_meeting_share": "1/0"}, "min_meeting_share"),
            ({"min_meeting_share": 0.3}, "min_meeting_share"),
            ({"unit_summary_due": "02-30"}, "unit_summary_due"),
            ({"unit_summary_due": "8月31日"}, "unit_summary_due"),
            ({"batch_deadline": 630}, "batch_deadline"),
            ({"reminder_rungs": "7,3,1"}, "reminder_rungs"),
            ({"reminder_rungs": [7, 7]}, "reminder_rungs"),
            ({"copies": ["everybody"]}, "copies"),
            ({"number_in_session": "第号"}, "number_in_session"),
            ({"number_in_session": "{n.__class__}"}, "number_in_session"),
            ({"number_in_session": "{0}"}, "number_in_session"),
            ({"number_in_session": "{n:04d"}, "number_in_session"),
            ({"number_in_session": 4}, "number_in_session"),
            ({"number_in_session": "闭第{n:04d}号"}, "number_between_sessions"),
            (
                {"commitments_report_from": "12-31", "commitments_report_until": "10-01"},
                "commitments_report_until",
            ),
            ({"clocks": []}, "clocks"),
            ({"clocks": {"signing": {"n": 5}}}, "clocks.signing"),
            ({"clocks": {"sign": 5}}, "clocks.sign"),
            ({"clocks": {"sign": {}}}, "clocks.sign"),
            ({"clocks": {"sign": {"days": 5}}}, "clocks.sign"),
            ({"clocks": {"sign": {"n": 0}}}, "clocks.sign"),
            ({"clocks": {"sign": {"unit": "week"}}}, "clocks.sign"),
            ({"clocks": {"sign": {"start": "someday"}}}, "clocks.sign"),
            ({"clocks": {"sign": {"source": 7}}}, "clocks.sign"),
            ({"clocks": {"reply_hard": {"n": 9}}}, "clocks.reply_hard"),
        ],
    )
    def test_names_the_key_that_is_wrong(self, values, key):
        with pytest.raises(ProfileError) as refused:
            validate(values)

        assert refused.value.key == key
        assert str(refused.value).startswith(f"规则“{key}”有误")


@pytest.mark.parametrize("name", ready_made_profiles())
def test_ready_made_profiles_can_be_read(name):
    validate(json.loads(ready_made_profiles()[name].read_text(encoding="utf-8")))


def test_ready_made_profiles_are_found():
    assert "chongqing-2018" in ready_made_profiles()


class TestRulesFor:
    def test_reads_what_differs(self, congress):
        add_version(
            congress,
            {
                "clocks": {
                    "sign": {"n": 3, "unit": "workday", "source": "某市办法第九条"},
                    "coopinion": {"n": 1, "unit": "month", "start": "received"},
                },
                "extension_approver": "both",
                "batch_deadline": "06-30",
                "min_meeting_share": "1/2",
                "reason_required_when": ["fairly", "dissatisfied"],
                "feedback_reminders": [],
            },
        )

        rules = rules_for(congress, on=FIRST_OF_MAY)

        assert rules.clock("sign").amount == Amount(3, Unit.WORKDAY)
        assert rules.clock("sign").source == "某市办法第九条"
        assert str(rules.clock("coopinion")) == "自收到之日起1个月内"
        assert rules.extension_approver == ExtensionApprover.BOTH
        assert rules.batch_deadline == MonthDay(6, 30)
        assert rules.batch_deadline.in_year(2026) == date(2026, 6, 30)
        assert rules.min_meeting_share == Fraction(1, 2)
        assert rules.reason_required_when == (ReasonGrade.FAIRLY, ReasonGrade.DISSATISFIED)
        assert rules.feedback_reminders == ()

    def test_takes_the_latest_version_in_force(self, congress):
        add_version(congress, {"extension_cap": 5})
        add_version(congress, {"extension_cap": 4})

        caps = [rules_for(congress, on=on).extension_cap for on in (TODAY, FIRST_OF_MAY)]

        assert caps == [6, 4]

    def test_lets_the_first_version_stand_for_what_was_before(self, congress):
        assert rules_for(congress, on=date(1999, 1, 1)).profile.version == 1

    def test_fails_loudly_without_any_version(self, db):
        bare = Congress.objects.create(code="bare", name="空", short_name="空", level="city")

        with pytest.raises(NoProfile):
            rules_for(bare, on=TODAY)


class TestAddProfileVersion:
    def test_refuses_to_come_before_the_latest(self, congress):
        add_version(congress, {})

        with pytest.raises(VersionBackdated):
            add_version(congress, {}, valid_from=date(2026, 4, 30))

    def test_a_version_is_never_changed(self, congress):
        profile = add_version(congress, {})

        with pytest.raises(InternalError), transaction.atomic():
            RulesProfile.objects.filter(pk=profile.pk).update(values={"extension_cap": 1})
        with pytest.raises(InternalError), transaction.atomic():
            profile.delete()


def test_the_table_marks_what_is_local(congress):
    add_version(congress, {"extension_cap": 4, "clocks": {"sign": {"n": 5}}})

    table = rules_table(rules_for(congress, on=FIRST_OF_MAY))

    assert {line.name: line.value for line in table if line.differs} == {
        "clocks.sign": "自交办之日起5日内",
        "extension_cap": "4",
    }
