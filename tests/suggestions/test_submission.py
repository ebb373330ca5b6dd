"""Submitting: what a complete draft becomes, and what an incomplete one is told."""

from datetime import date

import pytest

from suggestions.attachments import attach
from suggestions.models import Attachment, CoSigner, Deadline, StageEvent, Suggestion
from suggestions.services import submission
from suggestions.services.submission import Incomplete, NotYoursToSubmit, OnlyInSession
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories.files import photo
from tests.factories.suggestions import (
    add_cosigner,
    delegation_draft,
    draft_case,
    reload,
    sent_back_case,
    submitted_case,
)
from tests.suggestions.conftest import SITTING, texts_for

pytestmark = pytest.mark.django_db


def submit(case, by, at=SITTING):
    return submission.submit(case.pk, by=by, at=at)


def test_in_session_the_delegation_looks_first(deputy, session, secretary, head_deputy):
    case = draft_case(deputy.deputy)

    submit(case, deputy)

    case = reload(case)
    assert (case.stage, case.filing, case.proposed_on) == (
        Stage.DELEGATION_REVIEW,
        "in_session",
        date(2026, 2, 26),
    )
    assert case.proposer == Suggestion.Proposer.JOINT
    for reviewer in (secretary, head_deputy):
        assert texts_for(reviewer) == [f"待审核：《{case.title}》（第一代表团）"]
    assert texts_for(deputy) == []


def test_between_sessions_the_contact_group_looks_first(
    deputy, session, group_secretary, secretary
):
    case = draft_case(deputy.deputy)

    submit(case, deputy, at=NOW)

    assert reload(case).filing == Suggestion.Filing.BETWEEN_SESSIONS
    assert texts_for(group_secretary) == [f"待审核：《{case.title}》（第一代表团）"]
    assert texts_for(secretary) == []


def test_between_sessions_it_may_go_straight_on(deputy, session, staff, local_rules):
    local_rules(between_sessions_first_review=False)
    case = draft_case(deputy.deputy)

    submit(case, deputy, at=NOW)

    assert reload(case).stage == Stage.COMMITTEE_REVIEW
    clock = Deadline.objects.get(suggestion=case)
    assert (clock.kind, clock.holder, clock.starts_on, clock.due_on) == (
        Deadline.Kind.REVIEW,
        staff.office,
        date(2026, 3, 9),
        date(2026, 3, 16),
    )
    assert texts_for(staff) == [f"待审核：《{case.title}》（第一代表团）"]


def test_a_heads_own_suggestion_is_for_the_secretary_to_check(head_deputy, session, secretary):
    case = draft_case(head_deputy.deputy)

    submit(case, head_deputy)

    assert texts_for(secretary) != []
    assert texts_for(head_deputy) == []


def test_who_has_not_confirmed_is_not_listed(deputy, session, cosigner):
    case = draft_case(deputy.deputy, cosigners=[])
    add_cosigner(case, cosigner.deputy, CoSigner.State.INVITED)

    submit(case, deputy)

    assert (case.cosigners.count(), reload(case).proposer) == (0, Suggestion.Proposer.SINGLE)
    assert texts_for(cosigner) == [f"《{case.title}》已提交。您没有确认联名，未列入联名代表。"]
    event = StageEvent.objects.get(action="submit")
    assert (event.note, event.audience) == ("未确认、不列入联名：李代表", "not_units")


def test_twice_is_refused(deputy, session):
    case = draft_case(deputy.deputy)
    submit(case, deputy)

    with pytest.raises(NotYoursToSubmit, match="代表团初审"):
        submit(case, deputy)


def test_a_stranger_submits_nothing(deputy, session, other_deputy):
    with pytest.raises(NotYoursToSubmit):
        submit(draft_case(deputy.deputy), other_deputy)


def test_gaps_are_named(deputy, session):
    case = draft_case(deputy.deputy, title="", items=())

    with pytest.raises(Incomplete) as refusal:
        submit(case, deputy)

    assert str(refusal.value) == "还不能提交：还没有标题。还没有写具体建议，至少要有一条。"
    assert reload(case).stage == Stage.DRAFT


class TestAgain:
    def test_the_same_draft_goes_round_again_under_its_first_day(self, deputy, session):
        case = sent_back_case(deputy.deputy)

        submit(case, deputy, at=NOW)

        case = reload(case)
        assert (case.stage, case.filing, case.proposed_on) == (
            Stage.DELEGATION_REVIEW,
            "in_session",
            date(2026, 2, 27),
        )

    def test_a_submitted_one_does_not(self, deputy, session):
        with pytest.raises(NotYoursToSubmit):
            submit(submitted_case(deputy.deputy), deputy)


class TestByProxy:
    @pytest.fixture
    def case(self, deputy, session, secretary):
        return draft_case(deputy.deputy, entered_by=secretary, entered_for_deputy=True)

    def test_without_the_signed_original_it_waits(self, case, secretary):
        with pytest.raises(Incomplete, match="请上传代表签名的纸质原件"):
            submit(case, secretary)

    def test_with_it_the_deputy_is_told(self, case, secretary, deputy):
        attach(case, photo(), purpose=Attachment.Purpose.ORIGINAL, by=secretary, at=NOW)

        submit(case, secretary)

        assert reload(case).stage == Stage.DELEGATION_REVIEW
        assert texts_for(deputy) == [f"《{case.title}》已提交，等待审核。"]

    def test_the_deputy_may_submit_without_paper(self, case, deputy):
        submit(case, deputy)

        assert reload(case).stage == Stage.DELEGATION_REVIEW


class TestDelegation:
    def test_needs_its_heads_signature(self, secretary, session):
        with pytest.raises(Incomplete, match="团长签名"):
            submit(delegation_draft(secretary), secretary)

    def test_goes_straight_on_with_it(self, secretary, session, session_staff):
        case = delegation_draft(secretary)
        attach(case, photo(), purpose=Attachment.Purpose.HEAD_SIGNATURE, by=secretary, at=NOW)

        submit(case, secretary)

        case = reload(case)
        assert (case.stage, case.proposer) == (Stage.COMMITTEE_REVIEW, "delegation")
        assert texts_for(session_staff) == [f"待审核：《{case.title}》（第一代表团）"]

    def test_only_in_session(self, secretary, session):
        case = delegation_draft(secretary)
        attach(case, photo(), purpose=Attachment.Purpose.HEAD_SIGNATURE, by=secretary, at=NOW)

        with pytest.raises(OnlyInSession):
            submit(case, secretary, at=NOW)
