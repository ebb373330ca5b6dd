"""The two reviews, the numbers they give, and merging."""

from datetime import date, timedelta

import pytest

from accounts.models import Role
from congress.models import DeclineGround, Grade
from suggestions.models import (
    Attachment,
    Audience,
    Deadline,
    NumberCounter,
    OpenReview,
    Review,
    StageEvent,
    Suggestion,
)
from suggestions.selectors import deputies_of
from suggestions.services import merging, open_reviews, reviewing
from suggestions.services.merging import CannotTakeIn
from suggestions.services.review_clock import start_review_clock
from suggestions.services.reviewing import ForwardedNowhere, NotYoursToReview, ReasonMissing
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories import congress as bodies
from tests.factories.accounts import make_member
from tests.factories.files import photo
from tests.factories.suggestions import (
    case_in,
    case_in_review,
    delegation_draft,
    merged_case,
    move,
    registered_case,
    reload,
    sent_back_case,
    submitted_case,
)
from tests.suggestions.conftest import texts_for

pytestmark = pytest.mark.django_db


def accept(case, by, **fields):
    return reviewing.accept(case.pk, category=case.category, by=by, at=NOW, **fields)


class TestPassOn:
    def test_it_goes_to_the_congress_with_a_clock(self, deputy, session, secretary, session_staff):
        case = submitted_case(deputy.deputy)

        reviewing.pass_on(case.pk, opinion="内容完整", by=secretary, at=NOW)

        assert reload(case).stage == Stage.COMMITTEE_REVIEW
        review = Review.objects.get()
        assert (review.outcome, review.during, review.opinion, review.by) == (
            Review.Outcome.PASSED,
            Stage.DELEGATION_REVIEW,
            "内容完整",
            secretary,
        )
        clock = Deadline.objects.get(suggestion=case)
        assert (clock.kind, clock.holder) == (Deadline.Kind.REVIEW, session_staff.office)
        assert texts_for(session_staff) == [f"待审核：《{case.title}》（第一代表团）"]
        assert texts_for(deputy) == [f"《{case.title}》已通过初审，送交审核。"]

    def test_the_signed_sheet_is_kept_from_units(self, deputy, session, secretary):
        case = submitted_case(deputy.deputy)

        reviewing.pass_on(case.pk, scan=photo(), by=secretary, at=NOW)

        kept = Attachment.objects.get()
        assert (kept.purpose, kept.audience) == ("head_signature", Audience.NOT_UNITS)

    def test_the_head_may_pass_it_on(self, deputy, session, head_deputy):
        case = submitted_case(deputy.deputy)

        reviewing.pass_on(case.pk, by=head_deputy, at=NOW)

        assert reload(case).stage == Stage.COMMITTEE_REVIEW

    @pytest.mark.parametrize("persona", ["other_secretary", "deputy", "staff", "other_deputy"])
    def test_nobody_else_does(self, request, deputy, session, persona):
        by, case = request.getfixturevalue(persona), submitted_case(deputy.deputy)

        with pytest.raises(NotYoursToReview):
            reviewing.pass_on(case.pk, by=by, at=NOW)

    def test_a_head_does_not_pass_what_they_signed(self, deputy, session, head_deputy):
        case = submitted_case(deputy.deputy, cosigners=[head_deputy.deputy])

        with pytest.raises(NotYoursToReview):
            reviewing.pass_on(case.pk, by=head_deputy, at=NOW)

    def test_a_secretary_does_not_pass_their_own(self, deputy, session, delegation):
        both = make_member(Role.DELEGATION_SECRETARY, delegation, user=deputy.user)

        with pytest.raises(NotYoursToReview):
            reviewing.pass_on(submitted_case(deputy.deputy).pk, by=both, at=NOW)

    def test_twice_says_who_was_faster(self, deputy, session, secretary, head_deputy):
        case = submitted_case(deputy.deputy)
        reviewing.pass_on(case.pk, by=head_deputy, at=NOW)

        with pytest.raises(NotYoursToReview, match="团长已于10:00作出“初审通过”的决定"):
            reviewing.pass_on(case.pk, by=secretary, at=NOW)


class TestSendBack:
    def test_the_deputy_reads_what_to_change(self, deputy, session, secretary):
        case = submitted_case(deputy.deputy)

        reviewing.send_back(
            case.pk, reason="请写明地点", points=["situation"], by=secretary, at=NOW
        )

        assert reload(case).stage == Stage.SENT_BACK
        assert Review.objects.get().points == ["situation"]
        assert texts_for(deputy) == [f"《{case.title}》被退回修改：请写明地点"]

    def test_units_never_read_why(self, deputy, session, secretary):
        case = submitted_case(deputy.deputy)

        reviewing.send_back(case.pk, reason="请写明地点", by=secretary, at=NOW)

        assert StageEvent.objects.get(action="send_back").audience == Audience.NOT_UNITS

    def test_the_congress_stops_its_clock(self, deputy, session, staff):
        case = case_in_review(deputy.deputy)
        start_review_clock(case, at=NOW)

        reviewing.send_back(case.pk, reason="一事一议", by=staff, at=NOW)

        assert Deadline.objects.get(suggestion=case).met_at == NOW

    def test_who_wrote_it_down_is_told_too(self, deputy, session, staff, secretary):
        case = case_in_review(deputy.deputy, entered_by=secretary)

        reviewing.send_back(case.pk, reason="一事一议", by=staff, at=NOW)

        assert texts_for(secretary) == [f"《{case.title}》被退回修改：一事一议"]

    def test_a_case_of_a_delegation_goes_back_to_its_secretary(self, session, secretary, staff):
        case = delegation_draft(secretary, entered_by=None)
        move(case, Stage.COMMITTEE_REVIEW, "submit_straight", "直接提交工委")

        reviewing.send_back(case.pk, reason="请补充", by=staff, at=NOW)

        assert texts_for(secretary) == [f"《{case.title}》被退回修改：请补充"]

    def test_a_reason_is_needed(self, deputy, session, staff):
        with pytest.raises(ReasonMissing):
            reviewing.send_back(case_in_review(deputy.deputy).pk, reason=" ", by=staff, at=NOW)

    @pytest.mark.parametrize(
        ("make", "persona"),
        [(submitted_case, "staff"), (case_in_review, "secretary"), (registered_case, "staff")],
    )
    def test_only_whose_turn_it_is(self, request, deputy, session, make, persona):
        by = request.getfixturevalue(persona)

        with pytest.raises(NotYoursToReview):
            reviewing.send_back(make(deputy.deputy).pk, reason="理由", by=by, at=NOW)


class TestAccept:
    def test_it_gets_the_next_number_and_its_people_are_told(self, deputy, session, staff):
        registered_case(deputy.deputy)
        case = case_in_review(deputy.deputy)
        grade = Grade.objects.filter(congress=case.congress).first()

        accept(case, staff, grade=grade)

        case = reload(case)
        assert (case.stage, case.number, case.number_text, case.grade, case.registered_on) == (
            Stage.REGISTERED,
            2,
            "第0002号",
            grade,
            date(2026, 3, 9),
        )
        assert texts_for(deputy) == [f"《{case.title}》已受理，编号第0002号。"]

    def test_between_sessions_numbers_are_a_series_of_their_own(self, deputy, session, staff):
        registered_case(deputy.deputy)
        case = case_in_review(deputy.deputy, filing="between_sessions")
        start_review_clock(case, at=NOW - timedelta(days=3))

        accept(case, staff)

        assert reload(case).number_text == "闭第0001号"
        clocks = {clock.kind: clock for clock in Deadline.objects.filter(suggestion=case)}
        assert clocks["review"].met_at == NOW
        assert (clocks["assign"].starts_on, clocks["assign"].holder) == (
            date(2026, 3, 6),
            staff.office,
        )

    def test_in_session_no_clock_of_hand_over_runs(self, deputy, session, staff):
        case = case_in_review(deputy.deputy)

        accept(case, staff)

        assert not Deadline.objects.filter(suggestion=case).exists()

    def test_numbers_go_on_from_a_ledger(self, deputy, session, staff):
        old = case_in_review(deputy.deputy)
        Suggestion.objects.filter(pk=old.pk).update(number=57, number_text="第0057号")
        case = case_in_review(deputy.deputy)

        accept(case, staff)

        assert reload(case).number == 58
        assert NumberCounter.objects.get().last == 58

    def test_numbers_that_a_ledger_brought_in_later_are_not_given_again(
        self, deputy, session, staff
    ):
        registered_case(deputy.deputy)
        old = case_in_review(deputy.deputy)
        Suggestion.objects.filter(pk=old.pk).update(number=2, number_text="2")

        case = case_in_review(deputy.deputy)
        accept(case, staff)

        assert reload(case).number == 3

    def test_the_local_pattern_writes_the_number(self, deputy, session, staff, local_rules):
        local_rules(number_in_session="建议第{n}号")
        case = case_in_review(deputy.deputy)

        accept(case, staff)

        assert reload(case).number_text == "建议第1号"

    def test_two_staff_make_one_number(self, deputy, session, staff, session_staff):
        case = case_in_review(deputy.deputy)
        accept(case, staff)

        with pytest.raises(NotYoursToReview, match="受理编号"):
            accept(case, session_staff)

        assert NumberCounter.objects.get().last == 1

    def test_staff_who_are_its_deputy_leave_it_to_a_colleague(self, deputy, session, staff):
        both = make_member(Role.STAFF, staff.office, user=deputy.user)

        with pytest.raises(NotYoursToReview, match="按照回避要求"):
            accept(case_in_review(deputy.deputy), both)

    def test_staff_of_another_congress_do_not_accept(self, deputy, session, other_staff):
        with pytest.raises(NotYoursToReview):
            accept(case_in_review(deputy.deputy), other_staff)


class TestDecline:
    @pytest.fixture
    def ground(self, congress):
        return DeclineGround.objects.filter(congress=congress).first()

    def decline(self, case, by, ground, **fields):
        given = {"explanation": "属于个人问题", "next_step": Review.NextStep.RETURNED}
        return reviewing.decline(case.pk, ground=ground, by=by, at=NOW, **given | fields)

    def test_the_deputies_learn_why_and_what_next(self, deputy, session, staff, ground):
        case = case_in_review(deputy.deputy)
        start_review_clock(case, at=NOW)

        self.decline(case, staff, ground, next_step="forwarded", forwarded_to="市信访局")

        case = reload(case)
        assert (case.stage, case.decline_ground) == (Stage.DECLINED, ground)
        assert texts_for(deputy) == [
            f"《{case.title}》不作建议处理（{ground.label}）。转有关部门作工作参考：市信访局。"
        ]
        assert Deadline.objects.get(suggestion=case).met_at == NOW

    def test_in_the_first_review_too(self, deputy, session, session_staff, ground):
        assert self.decline(submitted_case(deputy.deputy), session_staff, ground).pk

    def test_not_without_a_word(self, deputy, session, staff, ground):
        with pytest.raises(ReasonMissing):
            self.decline(case_in_review(deputy.deputy), staff, ground, explanation="")

    def test_forwarded_to_somebody(self, deputy, session, staff, ground):
        with pytest.raises(ForwardedNowhere):
            self.decline(case_in_review(deputy.deputy), staff, ground, next_step="forwarded")

    @pytest.mark.parametrize(
        ("make", "persona"),
        [(submitted_case, "secretary"), (sent_back_case, "staff"), (case_in_review, "other_staff")],
    )
    def test_nobody_else(self, request, deputy, session, ground, make, persona):
        with pytest.raises(NotYoursToReview):
            self.decline(make(deputy.deputy), request.getfixturevalue(persona), ground)


class TestMerge:
    def merge(self, case, into, by, reason="内容相同"):
        return merging.merge(case.pk, into_id=into.pk, reason=reason, by=by, at=NOW)

    def test_its_authors_follow_the_other_case(self, deputy, other_deputy, session, staff):
        target = registered_case(deputy.deputy)
        case = case_in_review(other_deputy.deputy)

        self.merge(case, target, staff)

        case = reload(case)
        assert (case.stage, case.merged_into) == (Stage.MERGED, target)
        assert target in Suggestion.objects.visible_to(other_deputy)
        signer = case.cosigners.first().deputy.memberships.get()
        assert target in Suggestion.objects.visible_to(signer)
        assert other_deputy.deputy in deputies_of(target)

    def test_everybody_is_told(self, deputy, other_deputy, session, staff):
        target = registered_case(deputy.deputy)
        case = case_in_review(other_deputy.deputy)

        self.merge(case, target, staff)

        assert texts_for(deputy) == [f"赵代表的《{case.title}》已并入您的第0001号建议。"]
        assert len(texts_for(other_deputy)) == 1
        assert StageEvent.objects.filter(suggestion=target, action="take_in").exists()

    def test_who_wrote_both_is_told_once(self, deputy, session, staff):
        target = registered_case(deputy.deputy, cosigners=[])

        self.merge(case_in_review(deputy.deputy, cosigners=[]), target, staff)

        assert len(texts_for(deputy)) == 1

    @pytest.mark.parametrize("stage", [Stage.COMMITTEE_REVIEW, Stage.CLOSED, Stage.REPLIED])
    def test_only_into_one_that_can_still_answer(self, deputy, session, staff, stage):
        case, target = case_in_review(deputy.deputy), case_in(stage, deputy.deputy)

        with pytest.raises(CannotTakeIn, match=Stage(stage).label):
            self.merge(case, target, staff)

    def test_not_into_itself_or_nothing(self, deputy, session, staff):
        case = case_in_review(deputy.deputy)

        with pytest.raises(CannotTakeIn, match="另一件已编号的建议"):
            self.merge(case, case, staff)
        with pytest.raises(CannotTakeIn):
            merging.merge(case.pk, into_id=0, reason="同", by=staff, at=NOW)

    def test_not_into_another_congress(self, deputy, session, staff, other_congress):
        neighbour = bodies.make_deputy(bodies.make_term(other_congress))

        with pytest.raises(CannotTakeIn):
            self.merge(case_in_review(deputy.deputy), registered_case(neighbour), staff)

    def test_a_reason_is_needed(self, deputy, session, staff):
        target = registered_case(deputy.deputy)

        with pytest.raises(ReasonMissing):
            self.merge(case_in_review(deputy.deputy), target, staff, reason="")

    def test_what_is_merged_is_merged(self, deputy, session, staff):
        target = registered_case(deputy.deputy)
        case = merged_case(target, deputy.deputy)

        with pytest.raises(NotYoursToReview):
            self.merge(case, target, staff)


class TestOpenReview:
    def test_a_colleague_sees_who_has_it_open(self, deputy, session, staff, session_staff):
        case = case_in_review(deputy.deputy)

        assert open_reviews.open_for_review(case.pk, by=staff, at=NOW) is None
        assert open_reviews.open_for_review(case.pk, by=staff, at=NOW) is None
        seen = open_reviews.open_for_review(case.pk, by=session_staff, at=NOW)

        assert seen.by == staff

    def test_after_a_while_it_is_free(self, deputy, session, staff, session_staff):
        case = case_in_review(deputy.deputy)
        open_reviews.open_for_review(case.pk, by=staff, at=NOW)

        later = NOW + timedelta(minutes=15)
        assert open_reviews.open_for_review(case.pk, by=session_staff, at=later) is None

    def test_a_decision_closes_it(self, deputy, session, staff):
        case = case_in_review(deputy.deputy)
        open_reviews.open_for_review(case.pk, by=staff, at=NOW)

        accept(case, staff)

        assert not OpenReview.objects.exists()
