from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from accounts.models import Membership, Role, User
from congress.models import Congress, RulesProfile
from congress.profile import rules_for
from tests.factories import TODAY

GIVEN = {"code": "xian-1", "name": "甲县人民代表大会", "level": "county", "no_input": True}


def run(**options) -> str:
    out = StringIO()
    call_command("setup_congress", stdout=out, **(GIVEN | options))
    return out.getvalue()


@pytest.mark.django_db
class TestSetupCongress:
    def test_makes_a_congress_that_can_begin(self):
        printed = run(help_phone="0000-1")

        congress = Congress.objects.get(code="xian-1")
        assert (congress.short_name, congress.help_phone) == ("甲县", "0000-1")
        assert congress.sessions.get().is_current
        assert rules_for(congress, on=TODAY).profile.version == 1
        roles = Membership.objects.filter(congress=congress).values_list("role", flat=True)
        assert sorted(roles) == sorted([Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
        assert "只显示这一次" in printed

    def test_prints_passwords_that_work(self):
        printed = run()

        line = next(line for line in printed.splitlines() if "sysadmin" in line)
        _role, username, password = line.split("　")
        assert authenticate(username=username, password=password) == User.objects.get(
            username="sysadmin"
        )

    def test_changes_nothing_the_second_time(self):
        run()
        users = set(User.objects.values_list("pk", "password"))

        printed = run(name="别的名称")

        assert "保留原有设置" in printed
        assert "只显示这一次" not in printed
        assert set(User.objects.values_list("pk", "password")) == users
        assert RulesProfile.objects.count() == 1

    def test_gives_a_second_congress_administrators_of_its_own(self):
        run()

        printed = run(code="zhen-1", name="乙镇人民代表大会", level="township", parent="xian-1")

        assert "sysadmin-zhen-1" in printed
        assert Congress.objects.get(code="zhen-1").parent.code == "xian-1"

    def test_leaves_nothing_behind_when_the_rules_are_wrong(self, tmp_path):
        rules = tmp_path / "rules.json"
        rules.write_text('{"extension_cap": 12}', encoding="utf-8")

        with pytest.raises(CommandError, match="法定上限"):
            run(profile=rules)

        assert not Congress.objects.exists()

    def test_begins_from_a_ready_made_profile(self):
        run(profile="qingdao-2021")

        rules = rules_for(Congress.objects.get(), on=TODAY)
        assert str(rules.clock("return_window")) == "自收到之日起5个工作日内"

    def test_names_what_was_not_given(self):
        with pytest.raises(CommandError, match="人大代码"):
            run(code=None)
