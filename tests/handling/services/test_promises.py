"""A promise is kept, proved and cleared, or changed and ended with reasons told to the deputies."""

from datetime import date, timedelta

import pytest

from handling.models import Promise, PromiseChange
from handling.services import promise_changes
from handling.services import promises as services
from handling.services.holding import AlreadyHandled
from notices.models import Alert
from suggestions.models import Deadline, StageEvent
from suggestions.stages import Stage
from tests.factories import NOW, TODAY
from tests.factories import handling as made
from tests.factories.suggestions import on, reload, seat_of

State = Promise.State


def told(member, text):
    return Alert.objects.filter(recipient=member, text__contains=text).exists()


@pytest.fixture
def promise(receipt):
    return made.open_promise(receipt)


class TestClaim:
    def test_stops_the_units_clock_and_starts_the_committees(self, promise, staff):
        claimed = made.claimed_promise(promise, at=on(20))

        assert (claimed.state, claimed.done_on) == (State.CLAIMED, date(2026, 3, 20))
        assert claimed.deadline.met_at == on(20)
        clock = claimed.clearance_deadline
        assert (clock.holder, clock.due_on) == (staff.office, date(2026, 4, 3))
        assert told(staff, "报请销号")

    @pytest.mark.parametrize("missing", [{"claim_note": " "}, {"evidence": None}])
    def test_needs_words_and_proof(self, promise, missing):
        with pytest.raises(services.ClaimNeedsProof):
            made.claimed_promise(promise, **missing)

    def test_needs_a_day_that_has_come(self, promise):
        with pytest.raises(services.DateCannotBe):
            made.claimed_promise(promise, done_on=TODAY + timedelta(days=1))

    def test_happens_once(self, promise):
        made.claimed_promise(promise)

        with pytest.raises(AlreadyHandled):
            made.claimed_promise(promise)


class TestDecide:
    def test_cleared_the_deputy_is_asked_how_well_it_was_kept(self, promise, deputy, clerk):
        cleared = made.cleared_promise(promise, at=on(20))

        assert (cleared.state, cleared.cleared_on) == (State.CLEARED, date(2026, 3, 20))
        assert cleared.clearance_deadline.met_at == on(20)
        clock = cleared.fulfilment_deadline
        assert (clock.kind, clock.holder, clock.due_on) == (
            "feedback", deputy.deputy, date(2026, 4, 20)
        )  # fmt: skip
        assert told(deputy, "请评价落实情况")
        assert told(clerk, "已销号")

    def test_sent_back_it_runs_on_to_the_day_it_was_promised(self, promise, staff, clerk):
        made.claimed_promise(promise)

        services.decide_clearance(promise.pk, cleared=False, note="只完成一半", by=staff, at=NOW)

        again = reload(promise)
        assert (again.state, again.claimed_at, again.done_on) == (State.OPEN, None, None)
        assert (again.deadline.is_open, again.deadline.due_on) == (True, promise.due_on)
        assert told(clerk, "未予销号")

    def test_sent_back_it_may_be_claimed_with_the_proof_it_had(self, promise, staff):
        made.claimed_promise(promise)
        services.decide_clearance(promise.pk, cleared=False, note="补充", by=staff, at=NOW)

        again = made.claimed_promise(promise, evidence=None)

        assert again.state == State.CLAIMED

    def test_sent_back_needs_a_reason(self, promise, staff):
        made.claimed_promise(promise)

        with pytest.raises(services.PromiseNeedsReason):
            services.decide_clearance(promise.pk, cleared=False, by=staff, at=NOW)

    def test_happens_once(self, promise, staff):
        made.cleared_promise(promise)

        with pytest.raises(AlreadyHandled):
            services.decide_clearance(promise.pk, cleared=True, by=staff, at=NOW)

    def test_the_last_one_closes_a_tracked_case(self, receipt, staff):
        reply = made.issued_reply(receipt, "B", pledges=made.pledges_for(2))
        case = reload(receipt.suggestion)
        case.stage = Stage.TRACKING
        case.save()
        first, last = reply.promises.order_by("pk")

        made.cleared_promise(first)
        after_one = reload(case).stage
        made.cleared_promise(last)

        case = reload(case)
        assert after_one == Stage.TRACKING
        assert (case.stage, case.closed_on) == (Stage.CLOSED, TODAY)

    def test_a_promise_of_a_ledger_without_a_clock_comes_back_without_one(self, promise, staff):
        made.claimed_promise(promise)
        Promise.objects.filter(pk=promise.pk).update(deadline=None)

        services.decide_clearance(promise.pk, cleared=False, note="补充", by=staff, at=NOW)

        assert reload(promise).deadline is None

    def test_a_delegation_without_a_head_rates_nothing(self, promise):
        case = promise.suggestion
        case.lead_deputy, case.proposer = None, "delegation"
        case.save()

        assert made.cleared_promise(promise).fulfilment_deadline is None


class TestChange:
    def test_postponed_the_clock_moves_and_everyone_asked_is_told_why(
        self, promise, receipt, clerk, deputy, staff
    ):
        cosigner = seat_of(receipt.suggestion.cosigners.first().deputy)

        change = promise_changes.change_promise(
            promise.pk, reason="雨季延长", due_on=date(2026, 12, 31), by=clerk, at=NOW
        )

        changed = reload(promise)
        assert (change.kind, change.old_due_on, changed.due_on) == (
            "postponed", promise.due_on, date(2026, 12, 31)
        )  # fmt: skip
        assert (changed.deadline.due_on, changed.deadline.extended_from) == (
            date(2026, 12, 31), promise.due_on
        )  # fmt: skip
        assert all(told(who, "雨季延长") for who in (deputy, cosigner, staff))

    def test_reworded_the_old_words_are_kept(self, promise, clerk):
        change = promise_changes.change_promise(
            promise.pk, reason="口径更准", content="建成四十个充电站", by=clerk, at=NOW
        )

        assert (change.kind, change.old_content) == ("reworded", promise.content)
        assert reload(promise).content == "建成四十个充电站"

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"reason": ""}, services.PromiseNeedsReason),
            ({}, promise_changes.NothingChanged),
            ({"due_on": TODAY - timedelta(days=1)}, services.DateCannotBe),
        ],
    )
    def test_is_refused(self, promise, clerk, fields, refusal):
        with pytest.raises(refusal):
            promise_changes.change_promise(
                promise.pk, **{"reason": "理由"} | fields, by=clerk, at=NOW
            )

    def test_a_promise_of_a_ledger_gets_its_clock_then(self, promise, clerk):
        Promise.objects.filter(pk=promise.pk).update(deadline=None, due_on=None)

        promise_changes.change_promise(
            promise.pk, reason="明确时限", due_on=date(2026, 12, 31), by=clerk, at=NOW
        )

        assert reload(promise).deadline.due_on == date(2026, 12, 31)

    def test_a_promise_reported_as_kept_is_not_changed(self, promise, clerk):
        made.claimed_promise(promise)

        with pytest.raises(AlreadyHandled):
            promise_changes.change_promise(promise.pk, reason="x", content="y", by=clerk, at=NOW)


class TestEnd:
    def test_ends_the_clock_and_tells_everyone_why(self, promise, staff, clerk, deputy):
        promise_changes.end_promise(promise.pk, reason="规划调整，另行选址", by=staff, at=NOW)

        ended = reload(promise)
        assert (ended.state, ended.deadline.ended_at) == (State.ENDED, NOW)
        assert PromiseChange.objects.get().kind == "ended"
        assert all(told(who, "另行选址") for who in (clerk, deputy))

    def test_may_close_a_tracked_case(self, promise, staff):
        case = promise.suggestion
        case.stage = Stage.TRACKING
        case.save()

        promise_changes.end_promise(promise.pk, reason="条件不具备", by=staff, at=NOW)

        assert reload(case).stage == Stage.CLOSED

    def test_needs_a_reason(self, promise, staff):
        with pytest.raises(services.PromiseNeedsReason):
            promise_changes.end_promise(promise.pk, reason=" ", by=staff, at=NOW)


class TestRate:
    def test_is_told_to_the_staff_and_hidden_from_the_unit(self, promise, deputy, staff, clerk):
        made.cleared_promise(promise)

        services.rate_fulfilment(promise.pk, fulfilment="dissatisfied", by=deputy, at=on(12))

        rated = reload(promise)
        assert (rated.fulfilment, rated.fulfilment_by) == ("dissatisfied", deputy)
        assert rated.fulfilment_deadline.met_at == on(12)
        assert told(staff, "不满意")
        assert not told(clerk, "不满意")
        assert StageEvent.objects.get(action="rate_fulfilment").audience == "not_units"

    def test_happens_once(self, promise, deputy):
        made.cleared_promise(promise)
        services.rate_fulfilment(promise.pk, fulfilment="satisfied", by=deputy, at=NOW)

        with pytest.raises(AlreadyHandled):
            services.rate_fulfilment(promise.pk, fulfilment="fairly", by=deputy, at=NOW)

    def test_waits_for_the_clearance(self, promise, deputy):
        with pytest.raises(AlreadyHandled):
            services.rate_fulfilment(promise.pk, fulfilment="fairly", by=deputy, at=NOW)


class TestCarryOver:
    def test_marks_what_binds_a_unit_over_the_year_once(self, promise):
        in_the_same_year = services.carry_over(2026, at=NOW)
        first = services.carry_over(2027, at=NOW)
        again = services.carry_over(2027, at=NOW)
        a_year_later = services.carry_over(2028, at=NOW)

        assert (in_the_same_year, first, again, a_year_later) == (0, 1, 0, 1)
        assert reload(promise).carried_year == 2028

    def test_leaves_what_is_cleared(self, promise):
        made.cleared_promise(promise)

        assert services.carry_over(2027, at=NOW) == 0


def test_a_claimed_promise_has_one_running_clock(promise):
    made.claimed_promise(promise)

    running = Deadline.objects.open().filter(kind__in=["promise", "clearance"])
    assert [clock.kind for clock in running] == ["clearance"]
