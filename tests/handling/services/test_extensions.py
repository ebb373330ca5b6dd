"""A later day needs a reason, the deputy's knowledge and a decision, and stays within the law."""

from datetime import date

import pytest

from handling.services import extensions as services
from handling.services.holding import AlreadyHandled, NotInHand
from notices.models import Alert
from suggestions.models import Deadline
from tests.factories import NOW
from tests.factories import handling as made
from tests.factories.suggestions import on, reload
from tests.handling.services.test_replies import rule


def told(member, text):
    return Alert.objects.filter(recipient=member, text__contains=text).exists()


def ask(receipt, *, at=NOW, **fields):
    given = {"reason": "涉及多个部门", "until": date(2026, 8, 31), "told_deputy": True}
    by = receipt.accepted_by or receipt.suggestion.entered_by
    return services.ask_extension(receipt.pk, **given | fields, by=by, at=at)


class TestAsk:
    def test_waits_for_the_decision_and_tells_who_decides(self, receipt, staff, system_office):
        request = ask(receipt)

        assert request.outcome == ""
        assert reload(receipt).answer_deadline.due_on == date(2026, 6, 9)
        assert all(told(who, "申请延期至2026年08月31日") for who in (staff, system_office))

    def test_holds_at_once_where_nobody_decides(self, receipt, congress, deputy):
        rule(congress, extension_approver="nobody")

        request = ask(receipt)

        assert request.outcome == "granted"
        assert reload(receipt).answer_deadline.due_on == date(2026, 8, 31)
        assert told(deputy, "同意延期")

    def test_never_beyond_six_months_from_the_hand_over(self, receipt):
        assert services.latest_day(made.reload(receipt)) == date(2026, 9, 9)

        with pytest.raises(services.BeyondTheLaw, match="2026年09月09日"):
            ask(receipt, until=date(2026, 9, 10))

    def test_must_be_later_than_the_day_it_has(self, receipt):
        with pytest.raises(services.NotLater):
            ask(receipt, until=date(2026, 6, 9))

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"reason": " "}, services.ExtensionNeedsReason),
            ({"told_deputy": False}, services.DeputyNotTold),
            ({"at": on(10, 6)}, services.NoDeadlineToExtend),
        ],
    )
    def test_is_refused(self, receipt, fields, refusal):
        with pytest.raises(refusal):
            ask(receipt, **fields)

    def test_once_at_a_time(self, receipt):
        ask(receipt)

        with pytest.raises(AlreadyHandled):
            ask(receipt)

    def test_is_for_those_who_owe_a_reply(self, shared):
        with pytest.raises(NotInHand):
            ask(shared[1])

    def test_needs_a_clock(self, receipt):
        receipt.answer_deadline = None
        receipt.save()

        assert services.latest_day(made.reload(receipt)) is None
        with pytest.raises(services.NoDeadlineToExtend):
            ask(receipt)


class TestGiveView:
    def test_is_told_to_the_staff(self, receipt, system_office, staff):
        request = ask(receipt)

        services.give_view(request.pk, view="情况属实", by=system_office, at=NOW)

        assert reload(request).office_view == "情况属实"
        assert told(staff, "提出意见")

    def test_once(self, receipt, system_office):
        request = ask(receipt)
        services.give_view(request.pk, view="同意", by=system_office, at=NOW)

        with pytest.raises(AlreadyHandled):
            services.give_view(request.pk, view="同意", by=system_office, at=NOW)

    def test_not_after_the_decision(self, receipt, system_office, staff):
        request = ask(receipt)
        services.decide_extension(request.pk, granted=True, by=staff, at=NOW)

        with pytest.raises(AlreadyHandled):
            services.give_view(request.pk, view="同意", by=system_office, at=NOW)


class TestDecide:
    def test_granted_the_clock_runs_on_and_keeps_its_first_day(self, receipt, staff, clerk, deputy):
        request = ask(receipt)

        services.decide_extension(request.pk, granted=True, by=staff, at=NOW)

        clock = Deadline.objects.get(answered_assignment=receipt)
        assert (clock.due_on, clock.extended_from, clock.extended_why) == (
            date(2026, 8, 31), date(2026, 6, 9), "涉及多个部门"
        )  # fmt: skip
        assert told(clerk, "同意延期")
        assert told(deputy, "同意延期")

    def test_refused_with_a_reason_the_clock_stays(self, receipt, staff):
        request = ask(receipt)

        with pytest.raises(services.ExtensionNeedsReason):
            services.decide_extension(request.pk, granted=False, by=staff, at=NOW)
        services.decide_extension(request.pk, granted=False, note="可以按期", by=staff, at=NOW)

        assert reload(request).outcome == "refused"
        assert reload(receipt).answer_deadline.due_on == date(2026, 6, 9)

    def test_once(self, receipt, staff):
        request = ask(receipt)
        services.decide_extension(request.pk, granted=True, by=staff, at=NOW)

        with pytest.raises(AlreadyHandled):
            services.decide_extension(request.pk, granted=True, by=staff, at=NOW)

    def test_not_for_a_unit_that_has_given_the_receipt_back(self, receipt, staff):
        request = ask(receipt)
        receipt.state = "returning"
        receipt.save()

        with pytest.raises(NotInHand):
            services.decide_extension(request.pk, granted=True, by=staff, at=NOW)

    def test_waits_for_the_office_where_both_decide(self, receipt, staff, system_office, congress):
        rule(congress, extension_approver="both")
        request = ask(receipt)

        with pytest.raises(services.OfficeFirst):
            services.decide_extension(request.pk, granted=True, by=staff, at=NOW)
        services.give_view(request.pk, view="同意", by=system_office, at=NOW)
        services.decide_extension(request.pk, granted=True, by=staff, at=NOW)

        assert reload(request).outcome == "granted"
