"""Every rule in every stage, for each role, here and in another body."""

import pytest

from suggestions import rules
from suggestions.models import CoSigner, Suggestion, Withdrawal
from suggestions.services import withdrawing
from suggestions.stages import Stage
from tests.factories import NOW
from tests.factories.suggestions import add_cosigner, case_in, draft_case, registered_case, reload

pytestmark = pytest.mark.django_db
WRITABLE = {Stage.DRAFT, Stage.SENT_BACK}
REVIEWS = {Stage.DELEGATION_REVIEW, Stage.COMMITTEE_REVIEW}
UNTIL_REPLY = WRITABLE | REVIEWS | {Stage.REGISTERED, Stage.HANDLING}
PERSONAS = (
    "deputy", "cosigner", "other_deputy", "head_deputy",
    "secretary", "other_secretary", "group_secretary",
    "staff", "director", "session_staff", "other_staff",
    "system_office", "clerk", "unit_head", "committee_member", "leader", "leading_official",
    "system_admin",
)  # fmt: skip
#: rule → persona → the stages in which it says yes; nobody else ever may.
ALLOWED = {
    rules.may_edit: {"deputy": WRITABLE},
    rules.may_submit: {"deputy": WRITABLE},
    rules.may_invite: {"deputy": WRITABLE},
    rules.may_discard: {"deputy": {Stage.DRAFT}},
    rules.may_record_signatures: {
        "secretary": {Stage.SENT_BACK, Stage.DELEGATION_REVIEW},
        "staff": {Stage.SENT_BACK} | REVIEWS,
        "session_staff": {Stage.SENT_BACK} | REVIEWS,
    },
    rules.may_first_review: {
        "secretary": {Stage.DELEGATION_REVIEW},
        "head_deputy": {Stage.DELEGATION_REVIEW},
    },
    rules.may_review: {
        "staff": {Stage.COMMITTEE_REVIEW},
        "director": {Stage.COMMITTEE_REVIEW},
        "session_staff": {Stage.COMMITTEE_REVIEW},
    },
    rules.may_send_back: {
        "secretary": {Stage.DELEGATION_REVIEW},
        "head_deputy": {Stage.DELEGATION_REVIEW},
        "staff": {Stage.COMMITTEE_REVIEW},
        "director": {Stage.COMMITTEE_REVIEW},
        "session_staff": {Stage.COMMITTEE_REVIEW},
    },
    rules.may_set_aside: {"staff": REVIEWS, "director": REVIEWS, "session_staff": REVIEWS},
    rules.may_withdraw: {"deputy": UNTIL_REPLY - {Stage.DRAFT}},
    rules.was_just_submitted: {"deputy": REVIEWS},
}


@pytest.mark.parametrize("stage", Stage)
def test_each_rule_in_each_stage_for_each_role(request, deputy, cosigner, session, stage):
    case = case_in(stage, deputy.deputy, cosigners=[cosigner.deputy])
    actors = {name: request.getfixturevalue(name) for name in PERSONAS}
    case = Suggestion.objects.select_related("lead_deputy", "delegation").get(pk=case.pk)

    allowed = {
        (rule.__name__, name)
        for rule in ALLOWED
        for name, actor in actors.items()
        if rule(actor, case)
    }

    assert allowed == {
        (rule.__name__, name)
        for rule, people in ALLOWED.items()
        for name, stages in people.items()
        if stage in stages
    }


def test_between_sessions_the_contact_group_checks(
    deputy, session, group_secretary, secretary, other_secretary
):
    case = case_in(Stage.DELEGATION_REVIEW, deputy.deputy, filing="between_sessions")

    assert rules.may_first_review(group_secretary, case)
    assert rules.may_first_review(secretary, case)  # where the group has nobody
    assert not rules.may_first_review(other_secretary, case)


@pytest.mark.parametrize(
    ("rule", "yes"),
    [
        (rules.may_begin, {"deputy", "cosigner", "other_deputy", "head_deputy"}),
        (rules.may_enter_for_others, set()),
        (rules.is_deputy, {"deputy", "cosigner", "other_deputy", "head_deputy"}),
        (rules.is_secretary, {"secretary", "other_secretary", "group_secretary"}),
    ],
)
def test_rules_about_the_actor_alone(request, rule, yes):
    proxies = {
        "secretary", "other_secretary", "group_secretary", "staff", "session_staff", "other_staff",
    }  # fmt: skip
    expected = yes | (proxies if rule in {rules.may_begin, rules.may_enter_for_others} else set())

    assert {name for name in PERSONAS if rule(request.getfixturevalue(name))} == expected


def test_a_deputy_who_has_left_begins_nothing(deputy):
    deputy.deputy.is_active = False

    assert not rules.may_begin(deputy)


class TestInvitations:
    @pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SENT_BACK, Stage.REGISTERED])
    @pytest.mark.parametrize("state", CoSigner.State)
    def test_only_ones_own_and_only_while_it_is_written(
        self, deputy, cosigner, session, stage, state
    ):
        row = add_cosigner(case_in(stage, deputy.deputy, cosigners=[]), cosigner.deputy, state)

        open_now = stage != Stage.REGISTERED and state != CoSigner.State.DECLINED
        assert rules.may_answer_invitation(cosigner, row) == open_now
        assert not rules.may_answer_invitation(deputy, row)


def test_nobody_is_invited_where_the_lead_wants_nobody(deputy, session):
    case = draft_case(deputy.deputy, may_be_cosigned=False)

    assert not rules.may_invite(deputy, case)


class TestWithdrawal:
    @pytest.fixture
    def consent(self, deputy, cosigner, session):
        case = registered_case(deputy.deputy, cosigners=[cosigner.deputy])
        return withdrawing.ask(case.pk, reason="变", by=deputy, at=NOW).consents.get()

    def test_who_may_answer(self, request, consent):
        yes = {
            name for name in PERSONAS if rules.may_consent(request.getfixturevalue(name), consent)
        }

        # The contact group and the delegation both serve the lead deputy; the filing decides.
        assert yes == {"cosigner", "secretary", "staff", "session_staff"}

    def test_who_may_cancel(self, request, consent, deputy):
        asked = consent.withdrawal
        yes = {
            name
            for name in PERSONAS
            if rules.may_cancel_withdrawal(request.getfixturevalue(name), asked)
        }

        assert yes == {"deputy"}
        asked.state = Withdrawal.State.DONE
        assert not rules.may_cancel_withdrawal(deputy, asked)
        assert not rules.may_consent(deputy, consent)

    def test_of_a_deputy_on_paper_the_office_brings_it(self, deputy, session, staff, secretary):
        deputy.deputy.works_on_paper = True
        deputy.deputy.save()
        case = registered_case(deputy.deputy, cosigners=[])

        assert rules.may_withdraw(staff, reload(case))
        assert rules.may_withdraw(secretary, reload(case))

    def test_a_case_never_filed_needs_no_consent(self, deputy, session):
        assert not rules.withdrawal_needs_all(draft_case(deputy.deputy))
