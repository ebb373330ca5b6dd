import pytest

from assignment.models import Assignment
from evaluation.models import RehandlingDecision
from evaluation.services import closing
from notices.models import Alert
from suggestions.models import Deadline
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories.evaluation import judge, judged_case, rehandled_case, released_case
from tests.factories.handling import confirmed_talk, issued_reply, pledges_for, reload, replied_case

Outcome = RehandlingDecision.Outcome


def stage_of(case):
    case.refresh_from_db()
    return Stage(case.stage)


class TestRelease:
    def test_closes_a_case_that_owes_nothing(self, unit, staff):
        case = judged_case(unit)

        closing.release(case.pk, by=staff, at=NOW)

        assert stage_of(case) == Stage.CLOSED
        assert case.closed_on is not None

    def test_goes_on_tracking_while_a_promise_is_open(self, unit, staff):
        case = judged_case(unit, code="B", pledges=pledges_for(2))

        closing.release(case.pk, by=staff, at=NOW)

        assert stage_of(case) == Stage.TRACKING

    def test_waits_for_the_decision_after_dissatisfaction(self, unit, staff):
        case = judged_case(unit, result="dissatisfied")

        closing.release(case.pk, by=staff, at=NOW)

        assert stage_of(case) == Stage.REPLIED

    def test_waits_for_every_answering_unit(self, unit, other_unit, staff):
        case = replied_case(unit, other_unit, roles=["split", "split"])
        judge(case)[0].delete()

        closing.release(case.pk, by=staff, at=NOW)

        assert stage_of(case) == Stage.REPLIED

    def test_tells_the_unit_and_meets_the_clock(self, unit, clerk, staff):
        case = judged_case(unit)

        closing.release(case.pk, by=staff, at=NOW)

        assert Alert.objects.filter(recipient=clerk, text__contains="评价已反馈").count() == 1
        assert Deadline.objects.get(suggestion=case, kind="release").met_at == NOW

    def test_is_refused_when_a_colleague_was_faster(self, unit, staff):
        case = released_case(unit)

        with pytest.raises(closing.NothingToRelease):
            closing.release(case.pk, by=staff, at=NOW)


class TestDecideRehandling:
    def decide(self, case, staff, outcome=Outcome.ORDERED, reason="请逐条回应。"):
        return closing.decide_rehandling(case.pk, outcome=outcome, reason=reason, by=staff, at=NOW)

    def test_puts_the_answering_units_back_to_work(self, unit, other_unit, staff):
        case = released_case(unit, other_unit, roles=["lead", "support"], result="dissatisfied")

        self.decide(case, staff)

        assert stage_of(case) == Stage.REHANDLING
        assert (case.round, case.replied_on) == (2, None)
        states = case.assignments.order_by("pk").values_list("role", "state")
        assert list(states) == [("lead", "accepted"), ("support", "done")]
        again = Deadline.objects.open().get(suggestion=case, kind="reply")
        assert (again.holder_unit, again.explanation["clock"]) == (unit, "rehandle")

    def test_closes_when_it_is_not_ordered(self, unit, staff):
        case = released_case(unit, result="dissatisfied")

        self.decide(case, staff, Outcome.NOT_ORDERED, "条件暂不具备，已当面说明。")

        assert stage_of(case) == Stage.CLOSED

    def test_is_made_once_a_round(self, unit, staff):
        case = released_case(unit, result="dissatisfied")
        self.decide(case, staff, Outcome.NOT_ORDERED)

        with pytest.raises(closing.AlreadyDecided):
            self.decide(case, staff)

    def test_needs_a_reason(self, unit, staff):
        case = released_case(unit, result="dissatisfied")

        with pytest.raises(closing.ReasonMissing):
            self.decide(case, staff, reason="  ")

    def test_needs_somebody_dissatisfied(self, unit, staff):
        case = judged_case(unit)

        with pytest.raises(closing.NobodyDissatisfied):
            self.decide(case, staff)

    def test_comes_after_release(self, unit, staff):
        case = judged_case(unit, result="dissatisfied")

        with pytest.raises(closing.NotReleasedYet):
            self.decide(case, staff)

    def test_orders_no_third_round_but_a_conference(self, unit, staff):
        case = rehandled_case(unit)
        receipt = Assignment.objects.get(suggestion=case)
        confirmed_talk(reload(receipt))
        issued_reply(reload(receipt))
        case.refresh_from_db()
        judge(case, "dissatisfied")
        closing.release(case.pk, by=staff, at=NOW)

        with pytest.raises(closing.RoundsUsedUp):
            self.decide(case, staff)
        self.decide(case, staff, Outcome.CONFERRED, "协调会意见：明年列入计划。")

        assert stage_of(case) == Stage.CLOSED

    def test_keeps_both_rounds(self, unit, staff):
        case = rehandled_case(unit)
        receipt = Assignment.objects.get(suggestion=case)
        confirmed_talk(reload(receipt))
        issued_reply(reload(receipt))
        case.refresh_from_db()
        judge(case)
        closing.release(case.pk, by=staff, at=NOW)

        rounds = receipt.verdicts.order_by("round").values_list("round", "result")
        assert list(rounds) == [(1, "dissatisfied"), (2, "satisfied")]
        assert receipt.replies.count() == 2
        assert stage_of(case) == Stage.CLOSED
