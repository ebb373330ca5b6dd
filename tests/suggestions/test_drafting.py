"""Beginning, saving and throwing away a draft."""

from datetime import UTC, datetime

import pytest

from accounts.models import Role
from audit.models import AuditEvent
from suggestions.models import CoSigner, Suggestion
from suggestions.services import drafting
from suggestions.services.drafting import (
    NotWritable,
    NotYourDeputy,
    OnlyDelegationsPropose,
    StaleDraft,
)
from suggestions.services.filing import NoCurrentSession, filing_of
from suggestions.stages import Stage
from suggestions.steps import WritingStep
from tests.factories import NOW
from tests.factories import congress as bodies
from tests.factories.accounts import make_member
from tests.factories.suggestions import (
    add_cosigner,
    delegation_draft,
    draft_case,
    registered_case,
    reload,
    seat_of,
    sent_back_case,
    submitted_case,
)
from tests.suggestions.conftest import SITTING, texts_for

pytestmark = pytest.mark.django_db


def save(case, step, by, *, version=None, page="a", **values):
    version = reload(case).version if version is None else version
    return drafting.save(case.pk, step, values, version=version, page=page, by=by, at=NOW)


class TestBegin:
    def test_a_deputy_begins_as_the_lead(self, deputy, session):
        case = drafting.begin(by=deputy, at=SITTING)

        assert (case.lead_deputy, case.delegation) == (deputy.deputy, deputy.deputy.delegation)
        assert (case.stage, case.session, case.filing) == (Stage.DRAFT, session, "in_session")
        assert case.entered_for_deputy is False

    def test_two_presses_make_one_draft(self, deputy, session):
        first = drafting.begin(by=deputy, at=NOW)

        assert drafting.begin(by=deputy, at=NOW) == first

    def test_a_draft_with_something_in_it_is_not_used_again(self, deputy, session):
        first = drafting.begin(by=deputy, at=NOW)
        save(first, WritingStep.TITLE, deputy, title="关于公交的建议")

        assert drafting.begin(by=deputy, at=NOW) != first

    def test_the_local_default_of_disclosure_is_taken_over(self, deputy, session, local_rules):
        local_rules(publish_default="title_only")

        assert drafting.begin(by=deputy, at=NOW).disclosure == Suggestion.Disclosure.TITLE_ONLY

    @pytest.mark.parametrize("writer", ["secretary", "staff", "session_staff"])
    def test_others_write_for_a_deputy_who_is_told(self, request, writer, deputy, session):
        by = request.getfixturevalue(writer)

        case = drafting.begin(by=by, at=NOW, deputy=deputy.deputy)

        assert (case.lead_deputy, case.entered_by, case.entered_for_deputy) == (
            deputy.deputy,
            by,
            True,
        )
        assert texts_for(deputy) == [
            f"{by.seat_name}{by.user.name}正在为您代录一件建议，您可以随时查看。"
        ]

    def test_a_contact_group_writes_for_its_deputies(self, group_secretary, deputy, session):
        assert drafting.begin(by=group_secretary, at=NOW, deputy=deputy.deputy).pk

    def test_a_secretary_writes_for_nobody_else(self, other_secretary, deputy, session):
        with pytest.raises(NotYourDeputy):
            drafting.begin(by=other_secretary, at=NOW, deputy=deputy.deputy)

    def test_staff_of_another_congress_write_for_nobody_here(self, other_staff, deputy, session):
        with pytest.raises(NotYourDeputy):
            drafting.begin(by=other_staff, at=NOW, deputy=deputy.deputy)

    def test_nobody_writes_for_a_deputy_who_has_left(self, staff, deputy, session):
        deputy.deputy.is_active = False
        deputy.deputy.save()

        with pytest.raises(NotYourDeputy):
            drafting.begin(by=staff, at=NOW, deputy=deputy.deputy)

    def test_somebody_must_be_named(self, staff, session):
        with pytest.raises(NotYourDeputy):
            drafting.begin(by=staff, at=NOW)

    def test_a_clerk_writes_for_nobody(self, clerk, deputy, session):
        with pytest.raises(NotYourDeputy):
            drafting.begin(by=clerk, at=NOW, deputy=deputy.deputy)

    def test_a_delegation_proposes_by_its_secretary(self, secretary, session):
        case = drafting.begin(by=secretary, at=SITTING, for_delegation=True)

        assert (case.proposer, case.lead_deputy, case.delegation) == (
            Suggestion.Proposer.DELEGATION,
            None,
            secretary.delegation,
        )
        assert case.entered_for_deputy is False

    @pytest.mark.parametrize("writer", ["staff", "group_secretary"])
    def test_nobody_else_proposes_for_a_delegation(self, request, writer, session):
        with pytest.raises(OnlyDelegationsPropose):
            drafting.begin(by=request.getfixturevalue(writer), at=NOW, for_delegation=True)

    def test_without_a_current_session_nothing_is_filed(self, deputy):
        with pytest.raises(NoCurrentSession, match="示例市人民代表大会还没有设置当前会议"):
            drafting.begin(by=deputy, at=NOW)


class TestFilingKind:
    @pytest.mark.parametrize(
        ("day", "hour", "kind"),
        [
            ((2026, 2, 10), 2, "in_session"),
            ((2026, 2, 24), 2, "in_session"),
            ((2026, 2, 28), 3, "in_session"),
            ((2026, 2, 28), 5, "between_sessions"),
            ((2026, 3, 2), 2, "between_sessions"),
            ((2026, 3, 3), 2, "between_sessions"),
        ],
    )
    def test_it_follows_the_days_and_the_closing_time(self, session, day, hour, kind):
        session.filing_closes_at = datetime(2026, 2, 28, 4, 0, tzinfo=UTC)

        assert filing_of(session, at=datetime(*day, hour, tzinfo=UTC)) == kind

    def test_a_session_without_days_has_no_sitting(self, session):
        session.opens_on = session.closes_on = None

        assert filing_of(session, at=SITTING) == "between_sessions"


class TestSave:
    def test_a_step_is_kept_and_the_version_moves(self, deputy, session):
        case = draft_case(deputy.deputy)

        saved = save(case, WritingStep.SITUATION, deputy, situation="新的情况")

        assert (reload(case).situation, saved.version) == ("新的情况", case.version + 1)
        assert AuditEvent.objects.get(action="case.save_draft").detail == {
            "step": "situation",
            "version": 2,
        }

    def test_saving_the_same_again_changes_nothing(self, deputy, session):
        case = draft_case(deputy.deputy)

        saved = save(case, WritingStep.SITUATION, deputy, situation=case.situation)

        assert saved.version == case.version

    def test_only_the_columns_of_the_step_are_written(self, deputy, session):
        case = draft_case(deputy.deputy)

        save(case, WritingStep.SITUATION, deputy, situation="新", title="混进来的标题")

        assert reload(case).title == case.title

    def test_items_are_numbered_from_one(self, deputy, session):
        case = draft_case(deputy.deputy)

        save(case, WritingStep.ITEMS, deputy, items=["甲", "乙"])

        assert list(case.items.values_list("number", "text")) == [(1, "甲"), (2, "乙")]

    def test_wished_units_are_kept(self, deputy, session, unit, other_unit):
        case = draft_case(deputy.deputy)

        save(case, WritingStep.DISCLOSURE, deputy, wished_units={unit, other_unit})
        again = save(case, WritingStep.DISCLOSURE, deputy, wished_units={unit, other_unit})

        assert set(case.wished_units.all()) == {unit, other_unit}
        assert again.version == 2

    def test_a_step_saved_elsewhere_meanwhile_is_not_overwritten(self, deputy, session):
        case = draft_case(deputy.deputy)
        save(case, WritingStep.SITUATION, deputy, version=1, page="phone", situation="手机上写的")

        with pytest.raises(StaleDraft, match="“情况”已在别处修改过"):
            save(case, WritingStep.SITUATION, deputy, version=1, page="desk", situation="电脑上的")

        assert reload(case).situation == "手机上写的"

    def test_the_same_page_is_never_in_its_own_way(self, deputy, session):
        """The answer to the first save was lost on the train; the page still has version 1."""
        case = draft_case(deputy.deputy)
        save(case, WritingStep.SITUATION, deputy, version=1, page="phone", situation="第一句")

        save(case, WritingStep.SITUATION, deputy, version=1, page="phone", situation="第一句第二句")

        assert reload(case).situation == "第一句第二句"

    def test_another_step_saved_meanwhile_is_no_conflict(self, deputy, session):
        case = draft_case(deputy.deputy)
        save(case, WritingStep.SITUATION, deputy, version=1, page="phone", situation="情况")

        save(case, WritingStep.ANALYSIS, deputy, version=1, page="desk", analysis="分析")

        assert (reload(case).situation, reload(case).analysis) == ("情况", "分析")

    def test_a_submitted_text_stays(self, deputy, session):
        case = submitted_case(deputy.deputy)

        with pytest.raises(NotWritable, match="代表团初审"):
            save(case, WritingStep.SITUATION, deputy, situation="再改")

    def test_a_stranger_changes_nothing(self, deputy, session, other_deputy):
        case = draft_case(deputy.deputy)

        with pytest.raises(NotWritable):
            save(case, WritingStep.SITUATION, other_deputy, situation="别人改的")


class TestAskingAgain:
    def test_confirmed_cosigners_confirm_anew_when_an_item_changes(self, deputy, session):
        case = draft_case(deputy.deputy)

        save(case, WritingStep.ITEMS, deputy, items=["换了一条"])

        assert set(case.cosigners.values_list("state", "way", "answered_at")) == {
            (CoSigner.State.INVITED, "", None)
        }
        first = seat_of(case.cosigners.first().deputy)
        assert texts_for(first) == [f"您联名的《{case.title}》修改了标题或具体建议，请重新确认。"]

    def test_the_situation_may_be_worded_better_without_asking(self, deputy, session):
        case = draft_case(deputy.deputy)

        save(case, WritingStep.SITUATION, deputy, situation="换一种说法")

        assert set(case.cosigners.values_list("state", flat=True)) == {CoSigner.State.CONFIRMED}

    def test_those_still_asked_are_not_asked_twice(self, deputy, session):
        case = draft_case(deputy.deputy, cosigners=[])
        waiting = add_cosigner(case, state=CoSigner.State.INVITED)

        save(case, WritingStep.TITLE, deputy, title="关于换了标题的建议")

        assert texts_for(seat_of(waiting.deputy)) == []


class TestDiscard:
    def test_a_draft_goes_and_those_asked_are_told(self, deputy, session):
        case = draft_case(deputy.deputy)
        asked = seat_of(case.cosigners.first().deputy)

        drafting.discard(case.pk, by=deputy, at=NOW)

        assert (reload(case).stage, case.cosigners.count()) == (Stage.WITHDRAWN, 0)
        assert texts_for(asked) == [f"{deputy.deputy}已放弃草稿《{case.title}》，不再请您联名。"]

    def test_what_was_filed_is_not_thrown_away(self, deputy, session):
        case = sent_back_case(deputy.deputy)

        with pytest.raises(NotWritable):
            drafting.discard(case.pk, by=deputy, at=NOW)

    def test_staff_do_not_see_what_was_thrown_away(self, deputy, session, staff, secretary):
        case = draft_case(deputy.deputy)

        drafting.discard(case.pk, by=deputy, at=NOW)

        assert not Suggestion.objects.visible_to(staff).exists()
        assert not Suggestion.objects.visible_to(secretary).exists()


def test_a_delegation_draft_is_its_secretarys(secretary, session, deputy):
    case = delegation_draft(secretary)

    assert save(case, WritingStep.SITUATION, secretary, situation="全团讨论").pk
    with pytest.raises(NotWritable):
        save(case, WritingStep.SITUATION, deputy, situation="代表改")


def test_the_next_secretary_continues_what_was_sent_back(deputy, session, secretary, staff):
    case = sent_back_case(deputy.deputy, entered_by=secretary, entered_for_deputy=True)
    successor = make_member(Role.DELEGATION_SECRETARY, secretary.delegation)

    assert save(case, WritingStep.SITUATION, successor, situation="按意见修改").pk
    assert save(case, WritingStep.SITUATION, staff, page="b", situation="工委代改").pk


def test_a_registered_text_stays(deputy, session):
    with pytest.raises(NotWritable):
        save(registered_case(deputy.deputy), WritingStep.TITLE, deputy, title="关于改名的建议")


def test_a_neighbours_secretary_does_not_touch_it(deputy, session, other_secretary):
    case = sent_back_case(deputy.deputy, entered_for_deputy=True)

    with pytest.raises(NotWritable):
        save(case, WritingStep.TITLE, other_secretary, title="关于改名的建议")
    assert bodies.category_of(case.congress) == case.category
