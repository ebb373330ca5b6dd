"""Withdrawing: by whom, until when, and with whose consent."""

import pytest

from suggestions import deadlines, registry
from suggestions.models import Deadline, Suggestion, Withdrawal, WithdrawalConsent
from suggestions.services import withdrawing
from suggestions.services.withdrawing import (
    AlreadyAsked,
    CannotWithdraw,
    ConsentGiven,
    PaperMissing,
    TookInOthers,
    WhyMissing,
    WithdrawalEnded,
)
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories.files import photo
from tests.factories.suggestions import (
    case_in,
    case_in_review,
    delegation_draft,
    draft_case,
    merged_case,
    move,
    registered_case,
    reload,
    submitted_case,
)
from tests.suggestions.conftest import texts_for

pytestmark = pytest.mark.django_db


def ask(case, by, reason="情况已变", **fields):
    return withdrawing.ask(case.pk, reason=reason, by=by, at=NOW, **fields)


@pytest.fixture
def stopped():
    """Return the cases on which a later app was told to stop."""
    told: list[int] = []

    def stop(case, *, by, at):
        told.append((case.pk, case.stage))

    registry.on_withdraw("tests", stop)
    yield told
    registry._register.stops.pop("tests")


class TestAlone:
    def test_it_takes_effect_at_once(self, deputy, session, staff, stopped):
        case = registered_case(deputy.deputy, cosigners=[])
        clock = deadlines.set_by_hand(
            Deadline.Kind.ASSIGN,
            holder=staff.office,
            starts_on=NOW.date(),
            due_on=NOW.date(),
            case=case,
            why="测试",
        )

        request = ask(case, deputy)

        case = reload(case)
        assert (case.stage, case.number_text) == (Stage.WITHDRAWN, "第0001号")
        assert request.state == Withdrawal.State.DONE
        assert reload(clock).ended_why == "代表撤回"
        assert stopped == [(case.pk, Stage.REGISTERED)]
        assert texts_for(staff) == [f"代表已撤回第0001号《{case.title}》，办理终止。"]

    def test_in_the_first_review_the_delegation_is_told(self, deputy, session, secretary, staff):
        ask(submitted_case(deputy.deputy, cosigners=[]), deputy)

        assert (len(texts_for(secretary)), texts_for(staff)) == (1, [])

    def test_twice_is_refused(self, deputy, session):
        case = registered_case(deputy.deputy, cosigners=[])
        ask(case, deputy)

        with pytest.raises(CannotWithdraw, match="撤回"):
            ask(case, deputy)

    def test_a_reason_is_needed(self, deputy, session):
        with pytest.raises(WhyMissing):
            ask(registered_case(deputy.deputy, cosigners=[]), deputy, reason="  ")

    @pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.REPLIED, Stage.CLOSED, Stage.DECLINED])
    def test_not_at_every_stage(self, deputy, session, stage):
        case = case_in(stage, deputy.deputy, cosigners=[])

        with pytest.raises(CannotWithdraw):
            ask(case, deputy)

    def test_where_hand_over_is_the_limit_units_keep_it(self, deputy, session, local_rules):
        local_rules(withdraw_until="hand_over")

        with pytest.raises(CannotWithdraw):
            ask(case_in(Stage.HANDLING, deputy.deputy, cosigners=[]), deputy)
        assert ask(registered_case(deputy.deputy, cosigners=[]), deputy).pk

    def test_before_the_reply_it_can_be_withdrawn_from_units(self, deputy, session):
        assert ask(case_in(Stage.HANDLING, deputy.deputy, cosigners=[]), deputy).pk

    @pytest.mark.parametrize("persona", ["other_deputy", "secretary", "staff", "cosigner"])
    def test_by_nobody_else(self, request, deputy, session, persona):
        by = request.getfixturevalue(persona)

        with pytest.raises(CannotWithdraw):
            ask(registered_case(deputy.deputy, cosigners=[]), by, scan=photo())

    def test_not_when_others_were_merged_into_it(self, deputy, other_deputy, session):
        case = registered_case(deputy.deputy, cosigners=[])
        merged_case(case, other_deputy.deputy)

        with pytest.raises(TookInOthers):
            ask(case, deputy)


class TestOnPaper:
    def test_a_deputy_on_paper_writes_and_staff_enter(self, deputy, session, staff):
        deputy.deputy.works_on_paper = True
        deputy.deputy.save()
        case = registered_case(deputy.deputy, cosigners=[])

        with pytest.raises(PaperMissing):
            ask(case, staff)
        request = ask(case, staff, scan=photo())

        assert request.request_scan.name == "签名.jpg"
        assert reload(case).stage == Stage.WITHDRAWN

    def test_a_delegation_withdraws_by_its_secretary(self, session, secretary):
        case = delegation_draft(secretary, proposed_on=NOW.date())
        move(case, Stage.COMMITTEE_REVIEW, "submit_straight", "直接提交工委")

        ask(case, secretary, scan=photo())

        assert reload(case).stage == Stage.WITHDRAWN


class TestJointly:
    @pytest.fixture
    def case(self, deputy, session, cosigner, other_deputy):
        return registered_case(deputy.deputy, cosigners=[cosigner.deputy, other_deputy.deputy])

    @pytest.fixture
    def asked(self, case, deputy):
        return ask(case, deputy)

    def consent_of(self, asked, member):
        return asked.consents.get(cosigner__deputy=member.deputy)

    def answer(self, asked, member, agrees=True, **fields):
        row = self.consent_of(asked, member)
        by = fields.pop("by", member)
        return withdrawing.answer(row.pk, agrees=agrees, by=by, at=NOW, **fields)

    def test_each_cosigner_is_asked(self, case, asked, cosigner):
        assert reload(case).stage == Stage.REGISTERED
        assert texts_for(cosigner) == [
            f"王代表代表申请撤回您联名的《{case.title}》，请表明是否同意。"
        ]

    def test_the_last_yes_withdraws_it(self, case, asked, cosigner, other_deputy):
        self.answer(asked, cosigner)
        assert reload(case).stage == Stage.REGISTERED

        self.answer(asked, other_deputy)

        assert (reload(case).stage, reload(asked).state) == (Stage.WITHDRAWN, "done")

    def test_one_no_ends_the_request(self, case, asked, cosigner, other_deputy, deputy):
        self.answer(asked, cosigner, agrees=False)

        assert (reload(case).stage, reload(asked).state) == (Stage.REGISTERED, "refused")
        assert texts_for(deputy) == [f"李代表不同意撤回《{case.title}》，撤回申请已结束。"]
        with pytest.raises(WithdrawalEnded):
            self.answer(asked, other_deputy)

    def test_nobody_answers_twice(self, asked, cosigner):
        self.answer(asked, cosigner)

        with pytest.raises(ConsentGiven, match="李代表已表态：同意撤回"):
            self.answer(asked, cosigner, agrees=False)

    def test_a_written_answer_is_entered_with_its_paper(self, asked, cosigner, secretary):
        with pytest.raises(PaperMissing):
            self.answer(asked, cosigner, by=secretary)
        self.answer(asked, cosigner, by=secretary, scan=photo())

        row = self.consent_of(asked, cosigner)
        assert (row.state, row.answered_by, row.scan.purpose) == (
            WithdrawalConsent.State.AGREED,
            secretary,
            "withdrawal",
        )

    def test_a_reply_meanwhile_ends_the_request(self, case, asked, cosigner, deputy):
        for stage, action in ((Stage.HANDLING, "hand_over"), (Stage.REPLIED, "answer")):
            move(reload(case), stage, action, action)

        self.answer(asked, cosigner)

        assert (reload(case).stage, reload(asked).state) == (Stage.REPLIED, "cancelled")
        assert texts_for(deputy) == [f"《{case.title}》已不能撤回，撤回申请已结束。"]

    def test_once_at_a_time(self, case, asked, deputy):
        with pytest.raises(AlreadyAsked):
            ask(case, deputy)

    def test_the_lead_may_take_the_request_back(self, case, asked, deputy, cosigner):
        withdrawing.cancel(asked.pk, by=deputy, at=NOW)

        assert reload(asked).state == Withdrawal.State.CANCELLED
        assert texts_for(cosigner)[-1] == f"《{case.title}》不再申请撤回。"
        with pytest.raises(WithdrawalEnded):
            withdrawing.cancel(asked.pk, by=deputy, at=NOW)

    def test_where_the_lead_alone_decides_it_is_done_at_once(
        self, deputy, session, cosigner, local_rules
    ):
        local_rules(withdraw_needs_all_cosigners=False)
        case = case_in_review(deputy.deputy, cosigners=[cosigner.deputy])

        ask(case, deputy)

        assert reload(case).stage == Stage.WITHDRAWN


def test_a_later_app_can_say_no_and_then_nothing_happens(deputy, session, staff):
    case = registered_case(deputy.deputy, cosigners=[])

    def refuse(case, *, by, at):
        raise CannotWithdraw(case)

    registry.on_withdraw("tests", refuse)
    try:
        with pytest.raises(CannotWithdraw):
            ask(case, deputy)
    finally:
        registry._register.stops.pop("tests")

    assert Suggestion.objects.get(pk=case.pk).stage == Stage.REGISTERED


def test_a_draft_is_thrown_away_and_not_withdrawn(deputy, session):
    with pytest.raises(CannotWithdraw):
        ask(draft_case(deputy.deputy), deputy)
