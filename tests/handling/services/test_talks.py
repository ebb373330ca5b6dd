"""Talks count once the deputy confirms them, a signed record is there, or nobody disputes them."""

from datetime import date, timedelta

import pytest

from assignment.models import AssignmentRound
from handling.models import Talk
from handling.services import attempts
from handling.services import talks as services
from handling.services.holding import AlreadyHandled, NotInHand
from notices.models import Alert
from suggestions.models import Deadline, StageEvent
from tests.factories import NOW, TODAY
from tests.factories import handling as made
from tests.factories.assignment import offered_assignment
from tests.factories.suggestions import on, reload

State = Talk.State


def round_of(receipt):
    row = AssignmentRound.objects.get(assignment=receipt, round=1)
    return row.first_contact_on, row.met_in_person


def alerts_to(member):
    return list(Alert.objects.filter(recipient=member).values_list("text", flat=True))


def contact_clock(receipt):
    return Deadline.objects.get(kind=Deadline.Kind.CONTACT, contact=receipt)


class TestRecordTalk:
    def test_waits_for_the_deputy_and_asks_them(self, receipt, clerk, deputy):
        talk = made.recorded_talk(receipt, by=clerk)

        assert talk.state == State.RECORDED
        assert talk.deputy == deputy.deputy
        assert round_of(receipt) == (None, None)
        assert contact_clock(receipt).is_open
        assert any("请确认" in text for text in alerts_to(deputy))

    def test_counts_at_once_with_a_signed_record(self, receipt, clerk):
        talk = made.recorded_talk(receipt, by=clerk, record=made.pdf("面商记录.pdf"))

        assert talk.state == State.SIGNED
        assert talk.record.unit == receipt.unit
        assert round_of(receipt) == (TODAY, True)
        assert not contact_clock(receipt).is_open

    def test_refuses_a_day_that_has_not_come(self, receipt):
        with pytest.raises(services.TalkInTheFuture):
            made.recorded_talk(receipt, talked_on=TODAY + timedelta(days=1))

    def test_refuses_a_day_before_the_hand_over(self, receipt):
        with pytest.raises(services.TalkBeforeHandOver):
            made.recorded_talk(receipt, talked_on=TODAY - timedelta(days=1))

    def test_refuses_a_deputy_who_has_nothing_to_do_with_it(self, receipt, other_deputy):
        with pytest.raises(services.NotADeputyOfTheCase):
            made.recorded_talk(receipt, deputy=other_deputy.deputy)

    def test_may_be_held_with_a_cosigner(self, receipt):
        cosigner = receipt.suggestion.cosigners.first().deputy

        talk = made.recorded_talk(receipt, deputy=cosigner)

        assert talk.deputy == cosigner

    def test_needs_a_receipt_that_is_signed_for(self, unit, clerk):
        offered = offered_assignment(unit)

        with pytest.raises(NotInHand):
            made.recorded_talk(offered, by=clerk)

    def test_needs_a_head_where_a_delegation_asked_without_one(self, receipt):
        case = receipt.suggestion
        case.lead_deputy, case.proposer = None, "delegation"
        case.save()

        with pytest.raises(services.NotADeputyOfTheCase):
            made.recorded_talk(receipt)

    def test_goes_on_after_the_reply(self, unit, deputy):
        case = made.replied_case(unit, lead=deputy.deputy)

        talk = made.recorded_talk(case.assignments.get(), phase=Talk.Phase.AFTER)

        assert talk.state == State.RECORDED


class TestConfirmTalk:
    def test_lets_it_count_from_the_day_it_was_held(self, receipt, deputy):
        talk = made.recorded_talk(receipt)

        services.confirm_talk(talk.pk, by=deputy, at=on(12))

        assert reload(talk).state == State.CONFIRMED
        assert round_of(receipt) == (TODAY, True)
        assert contact_clock(receipt).met_at == NOW

    def test_by_telephone_is_contact_but_no_meeting(self, receipt, deputy):
        talk = made.recorded_talk(receipt, way=Talk.Way.VIDEO)

        services.confirm_talk(talk.pk, by=deputy, at=NOW)

        assert round_of(receipt) == (TODAY, False)

    def test_happens_once(self, receipt, deputy):
        talk = made.confirmed_talk(receipt)

        with pytest.raises(AlreadyHandled):
            services.confirm_talk(talk.pk, by=deputy, at=NOW)


class TestDisputeTalk:
    def test_keeps_the_talk_from_counting_and_tells_unit_and_staff(
        self, receipt, clerk, staff, deputy
    ):
        talk = made.recorded_talk(receipt, by=clerk)

        services.dispute_talk(talk.pk, reason="没有见过面", by=deputy, at=NOW)

        assert (reload(talk).state, reload(talk).dispute) == (State.DISPUTED, "没有见过面")
        assert round_of(receipt) == (None, None)
        assert any("不认可" in text for text in alerts_to(clerk))
        assert any("不认可" in text for text in alerts_to(staff))

    def test_needs_a_reason(self, receipt, deputy):
        talk = made.recorded_talk(receipt)

        with pytest.raises(services.DisputeNeedsReason):
            services.dispute_talk(talk.pk, reason=" ", by=deputy, at=NOW)

    def test_is_not_read_by_other_units_on_the_timeline(self, receipt, deputy):
        talk = made.recorded_talk(receipt)

        services.dispute_talk(talk.pk, reason="不实", by=deputy, at=NOW)

        event = StageEvent.objects.get(suggestion=receipt.suggestion, action="dispute_talk")
        assert (event.audience, event.unit) == ("unit", receipt.unit)


class TestAttempts:
    def test_an_attempt_waits_for_the_staff(self, receipt, clerk, staff):
        attempt = made.recorded_attempt(receipt, by=clerk)

        assert attempt.state == State.ATTEMPT
        assert any("未联系上" in text for text in alerts_to(staff))

    def test_three_confirmed_attempts_end_the_contact_clock(self, receipt, staff, clerk):
        three = [made.recorded_attempt(receipt, by=clerk) for _ in range(3)]

        for attempt in three[:2]:
            attempts.confirm_attempt(attempt.pk, by=staff, at=NOW)
        still_open = contact_clock(receipt).is_open
        attempts.confirm_attempt(three[2].pk, by=staff, at=NOW)

        assert still_open
        assert contact_clock(receipt).ended_at == NOW
        assert any("还需1次" in text for text in alerts_to(clerk))
        assert any("可以按期答复" in text for text in alerts_to(clerk))

    def test_a_colleague_may_have_confirmed_it(self, receipt, staff):
        attempt = made.recorded_attempt(receipt)
        attempts.confirm_attempt(attempt.pk, by=staff, at=NOW)

        with pytest.raises(AlreadyHandled):
            attempts.confirm_attempt(attempt.pk, by=staff, at=NOW)

    def test_an_attempt_that_succeeded_otherwise_is_no_attempt(self, receipt, staff):
        talk = made.recorded_talk(receipt)

        with pytest.raises(AlreadyHandled):
            attempts.confirm_attempt(talk.pk, by=staff, at=NOW)


class TestSettleTalks:
    def test_lets_records_count_that_nobody_disputed_in_five_working_days(self, receipt):
        talk = made.recorded_talk(receipt)  # Monday 9 March; the fifth working day is the 16th

        on_the_last_day = services.settle_talks(at=on(16))
        on_the_day_after = services.settle_talks(at=on(17))

        assert (on_the_last_day, on_the_day_after) == (0, 1)
        assert reload(talk).state == State.UNDISPUTED
        assert round_of(receipt) == (TODAY, True)

    def test_does_nothing_the_second_time(self, receipt):
        made.recorded_talk(receipt)
        services.settle_talks(at=on(17))

        assert services.settle_talks(at=on(18)) == 0

    def test_leaves_disputed_talks_and_attempts_alone(self, receipt, deputy):
        talk = made.recorded_talk(receipt)
        services.dispute_talk(talk.pk, reason="不实", by=deputy, at=NOW)
        made.recorded_attempt(receipt)

        assert services.settle_talks(at=on(30)) == 0

    def test_a_talk_the_deputy_answered_a_moment_ago_is_left(self, receipt, deputy):
        talk = made.confirmed_talk(receipt)

        assert services._settle_undisputed(talk.pk, at=on(30)) == 0


def test_the_last_day_to_dispute_is_five_working_days_later(congress):
    assert services.last_day_to_dispute(congress, date(2026, 3, 9)) == date(2026, 3, 16)
