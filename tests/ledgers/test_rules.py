"""Who may what with ledgers, role by role."""

import pytest

from ledgers import rules
from ledgers.models import LedgerJob

State = LedgerJob.State
EVERYBODY = {
    "deputy",
    "secretary",
    "session_staff",
    "staff",
    "director",
    "system_office",
    "clerk",
    "unit_head",
    "committee_member",
    "leader",
    "leading_official",
    "system_admin",
    "security_admin",
    "auditor",
}
ADMINISTRATORS = {"system_admin", "security_admin", "auditor"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (rules.may_import, {"staff", "director"}),
        (rules.may_export, EVERYBODY - ADMINISTRATORS),
        (rules.may_read_figures, {"staff", "director", "leader", "system_office"}),
    ],
)
def test_exactly_these_roles_may(rule, expected, request):
    allowed = {name for name in EVERYBODY if rule(request.getfixturevalue(name))}

    assert allowed == expected


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", LedgerJob.Kind)
@pytest.mark.parametrize("is_preview", [True, False])
def test_a_job_is_confirmed_once_it_is_checked_and_cancelled_before_it_is_over(
    state, kind, is_preview, staff, clerk
):
    job = LedgerJob(kind=kind, state=state, is_preview=is_preview)
    is_checked = (kind, is_preview, state) == ("import", True, State.DONE)

    assert rules.may_confirm(staff, job) is is_checked
    assert rules.may_confirm(clerk, job) is False
    assert rules.may_cancel(staff, job) is (is_checked or state in {State.WAITING, State.RUNNING})
