from accounts import rules
from accounts.models import Role
from tests.factories.accounts import make_member


class TestRecusal:
    def test_a_deputy_who_heads_the_unit_must_not_act_for_it(self, deputy, cosigner, unit):
        head = make_member(Role.UNIT_HEAD, unit, user=deputy.user)

        assert rules.is_recused(head, deputy.deputy_id)
        assert rules.is_recused(head, cosigner.deputy_id, [deputy.deputy_id])
        assert not rules.is_recused(head, cosigner.deputy_id)

    def test_another_head_need_not_stand_back(self, deputy, other_head):
        assert not rules.is_recused(other_head, deputy.deputy_id)

    def test_a_deputy_acts_as_deputy(self, deputy):
        assert not rules.is_recused(deputy, deputy.deputy_id)
        assert rules.person_is(deputy, [deputy.deputy_id])

    def test_a_delegations_suggestion_has_no_lead_deputy(self, unit_head):
        assert not rules.is_recused(unit_head, None)
