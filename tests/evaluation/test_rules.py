import pytest

from accounts.models import Role
from evaluation import rules
from suggestions.models import Suggestion
from suggestions.stages import Stage
from tests.factories.handling import replied_case

PEOPLE = [
    "deputy", "cosigner", "other_deputy", "head_deputy", "secretary", "staff", "director",
    "session_staff", "other_staff", "system_office", "clerk", "unit_head", "outsider",
    "committee_member", "leader", "leading_official", "system_admin", "auditor",
]  # fmt: skip
COMMITTEE = {"staff", "director"}
#: rule → who may, at the stage 已答复
WHO = {
    "may_judge": {"deputy"},
    "may_enter_receipt": COMMITTEE | {"secretary"},
    "may_release": COMMITTEE,
    "may_decide_rehandling": COMMITTEE,
    "may_mark_silent": COMMITTEE,
    "may_correct_for_deputy": COMMITTEE,
    "may_correct_own": {"deputy"},
    "may_correct": COMMITTEE | {"deputy"},
}
#: rule → the stages at which those may
WHEN = {
    "may_judge": {Stage.REPLIED},
    "may_enter_receipt": {Stage.REPLIED},
    "may_release": set(Stage),
    "may_decide_rehandling": {Stage.REPLIED, Stage.TRACKING, Stage.CLOSED},
    "may_mark_silent": {Stage.REPLIED},
    "may_correct_for_deputy": {Stage.REPLIED, Stage.TRACKING, Stage.CLOSED},
    "may_correct_own": {Stage.REPLIED, Stage.TRACKING, Stage.CLOSED},
    "may_correct": {Stage.REPLIED, Stage.TRACKING, Stage.CLOSED},
}


@pytest.fixture
def case(unit, deputy, cosigner):
    return replied_case(unit, lead=deputy.deputy)


@pytest.mark.parametrize("rule", WHO)
def test_exactly_these_people_may(rule, case, request):
    test = getattr(rules, rule)

    allowed = {name for name in PEOPLE if test(request.getfixturevalue(name), case)}

    assert allowed == WHO[rule]


@pytest.mark.parametrize("rule", WHEN)
def test_only_at_these_stages(rule, case, request):
    test = getattr(rules, rule)
    people = [request.getfixturevalue(name) for name in WHO[rule]]

    allowed = {
        stage
        for stage in Stage
        if any(test(person, Suggestion(**at_stage(case, stage))) for person in people)
    }

    assert allowed == WHEN[rule]


def at_stage(case, stage):
    return {
        "congress": case.congress,
        "lead_deputy": case.lead_deputy,
        "delegation": case.delegation,
        "stage": stage,
    }


def test_the_head_speaks_for_a_delegations_suggestion(case, head_deputy, deputy):
    case.lead_deputy = None
    case.delegation = head_deputy.deputy.delegation

    assert rules.judges(head_deputy, case)
    assert not rules.judges(deputy, case)


def test_the_overview_is_the_committees(request):
    allowed = {name for name in PEOPLE if rules.may_read_overview(request.getfixturevalue(name))}

    assert allowed == COMMITTEE | {"other_staff"}  # each sees its own congress


def test_no_unit_role_may_do_anything_here(case, clerk, unit_head):
    for rule in WHO:
        assert not any(getattr(rules, rule)(person, case) for person in (clerk, unit_head))
    assert {clerk.role, unit_head.role} == {Role.CLERK, Role.UNIT_HEAD}
