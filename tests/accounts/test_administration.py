"""The three administrators: pages of their own, nobody else's, and no business."""

from datetime import date
from http import HTTPStatus

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, User
from audit.models import AuditEvent
from congress.calendars import working_calendar
from congress.models import CalendarDay
from congress.profile import rules_for
from tests.factories.accounts import make_member, make_user
from tests.factories.congress import make_congress, make_deputy, make_unit, working_committee_of

PAGES = {
    Role.SYSTEM_ADMIN: [
        "users",
        "user_add",
        "users_open",
        "calendar",
        "calendar_day",
        "calendar_import",
    ],
    Role.SECURITY_ADMIN: ["seats"],
    Role.AUDIT_ADMIN: ["audit_events"],
}
EVERYBODY = [
    "system_admin",
    "security_admin",
    "auditor",
    "deputy",
    "staff",
    "director",
    "clerk",
    "unit_head",
    "leader",
    "secretary",
]


@pytest.mark.parametrize("persona", EVERYBODY)
def test_pages_open_to_their_administrator_alone(persona, request, client_of):
    actor = request.getfixturevalue(persona)
    client = client_of(actor)

    opened = {
        name
        for names in PAGES.values()
        for name in names
        if client.get(reverse(name)).status_code == HTTPStatus.OK
    }

    assert opened == set(PAGES.get(actor.role, []))


class TestUsers:
    def test_are_made_with_a_password_shown_once(self, system_admin, client_of):
        client = client_of(system_admin)

        page = client.post(reverse("user_add"), {"username": "zhangsan", "name": "张三"})

        password = page.context["password"]
        user = authenticate(username="zhangsan", password=password)
        assert user == User.objects.get(username="zhangsan")
        assert password not in client.get(reverse("user", args=[user.pk])).content.decode()
        assert AuditEvent.objects.get(action="user.add", actor=system_admin.user)

    def test_refuse_a_name_that_is_taken(self, system_admin, client_of):
        taken = system_admin.user.username.upper()

        page = client_of(system_admin).post(reverse("user_add"), {"username": taken, "name": "甲"})

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "已被使用" in page.content.decode()

    def test_get_a_seat_in_two_steps(self, system_admin, unit, client_of):
        user, client = make_user(), client_of(system_admin)
        url = reverse("seat_grant", args=[user.pk])
        query = f"?congress={unit.congress_id}&role=clerk"

        page = client.post(url + query, {"seat": unit.pk, "valid_from": "2026-03-01"})

        assert page.url == reverse("user", args=[user.pk])
        seat = Membership.objects.get(user=user)
        assert (seat.role, seat.unit, seat.valid_until) == (Role.CLERK, unit, None)

    def test_are_told_when_duties_would_meet(self, system_admin, staff, client_of):
        url = reverse("seat_grant", args=[staff.user_id])
        query = f"?congress={staff.congress_id}&role=audit_admin"

        page = client_of(system_admin).post(url + query, {"valid_from": "2026-03-01"})

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "不得由同一人兼任" in page.content.decode()

    def test_of_a_congress_above_are_out_of_reach(self, congress, client_of):
        district = make_congress(parent=congress)
        keeper = make_member(Role.SYSTEM_ADMIN, congress=district)
        of_two_houses = make_member(Role.STAFF, working_committee_of(congress))
        make_member(Role.STAFF, working_committee_of(district), user=of_two_houses.user)
        client = client_of(keeper)

        page = client.post(reverse("password_reset", args=[of_two_houses.user_id]))

        assert page.status_code == HTTPStatus.NOT_FOUND

    def test_a_seat_is_ended_with_a_day(self, system_admin, clerk, client_of):
        url = reverse("seat_end", args=[clerk.pk])

        client_of(system_admin).post(url, {"last_day": timezone.localdate().isoformat()})

        assert Membership.objects.get(pk=clerk.pk).valid_until == timezone.localdate()

    def test_deeds_ask_for_the_password_again(self, system_admin, clerk, client_of):
        client = client_of(system_admin, is_recent=False)

        page = client.post(reverse("password_reset", args=[clerk.user_id]))

        assert page.url.startswith(reverse("account_reauthenticate"))
        old = User.objects.get(pk=clerk.user_id)
        assert not old.must_change_password

    def test_the_list_asks_as_often_for_three_as_for_one(self, system_admin, client_of):
        client, counts = client_of(system_admin), []
        client.get(reverse("users"))
        for newcomers in (1, 2):
            for _ in range(newcomers):
                make_member(Role.STAFF, working_committee_of(system_admin.congress))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("users"))
            counts.append(len(queries))

        assert counts[0] == counts[1]


class TestOpeningMany:
    def test_gives_everybody_without_an_account_one(self, system_admin, term, deputy, client_of):
        newcomers = [make_deputy(term, deputy.deputy.delegation) for _ in range(3)]
        given = {"congress": term.congress_id, "role": "deputy", "prefix": "db"}

        page = client_of(system_admin).post(reverse("users_open"), given)

        opened = page.context["opened"]
        assert [account.seat for account in opened] == [str(newcomer) for newcomer in newcomers]
        user = authenticate(username=opened[0].username, password=opened[0].password)
        assert user.memberships.get().deputy == newcomers[0]
        assert user.must_change_password

    def test_goes_on_counting_the_second_time(self, system_admin, unit, client_of):
        given = {"congress": unit.congress_id, "role": "clerk", "prefix": "dw"}
        client = client_of(system_admin)
        client.post(reverse("users_open"), given)

        page = client.post(reverse("users_open"), given)

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "都已有账号" in page.content.decode()
        make_unit(unit.congress)
        page = client.post(reverse("users_open"), given)
        assert [account.username for account in page.context["opened"]] == ["dw002"]

    @override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
    def test_first_sign_in_hashes_as_slowly_as_any(self, system_admin, unit, client_of):
        given = {"congress": unit.congress_id, "role": "clerk", "prefix": "dw"}
        [account] = client_of(system_admin).post(reverse("users_open"), given).context["opened"]
        quick = User.objects.get(username=account.username).password

        assert authenticate(username=account.username, password=account.password)

        slow = User.objects.get(username=account.username).password
        assert int(slow.split("$")[1]) > int(quick.split("$")[1])


class TestCorrecting:
    def test_keeps_what_was_there_before(self, system_admin, clerk, client_of):
        url = reverse("user_correct", args=[clerk.user_id])
        old = clerk.user.name

        client_of(system_admin).post(url, {"name": "李敏", "phone": "139", "email": "li@x.cn"})

        event = AuditEvent.objects.get(action="user.correct")
        assert event.detail == {
            "name": [old, "李敏"],
            "phone": ["", "139"],
            "email": ["", "li@x.cn"],
        }


class TestSecurity:
    def test_shuts_a_user_out_with_a_reason(self, security_admin, clerk, client_of):
        client = client_of(security_admin)

        client.post(reverse("user_disable", args=[clerk.user_id]), {"why": "调离"})

        assert not User.objects.get(pk=clerk.user_id).is_active
        assert AuditEvent.objects.get(action="user.disable").detail == {"why": "调离"}

    def test_cannot_shut_itself_out(self, security_admin, client_of):
        url = reverse("user_disable", args=[security_admin.user_id])

        page = client_of(security_admin).post(url, {"why": "试试"})

        assert "不能停用自己" in page.content.decode()

    def test_takes_a_lost_second_factor_off(self, security_admin, clerk, client_of):
        url = reverse("factor_reset", args=[clerk.user_id])

        client_of(security_admin).post(url, {"why": "手机遗失"})

        assert not clerk.user.authenticator_set.exists()


class TestRecord:
    def test_shows_the_auditors_own_house(self, auditor, clerk, other_staff, client_of):
        page = client_of(auditor).get(reverse("audit_events"), {"action": "membership.grant"})

        shown = {event.subject_id for event in page.context["listing"].rows}
        assert str(clerk.pk) in shown
        assert str(other_staff.pk) not in shown

    def test_cannot_be_written(self, auditor, client_of):
        assert client_of(auditor).post(reverse("audit_events")).status_code == 405


class TestCalendar:
    def test_takes_a_notice_line_by_line(self, system_admin, client_of):
        days = "2027-02-08 放假 春节\n2027-02-20 上班 春节调休"

        client_of(system_admin).post(
            reverse("calendar_import"), {"source": "国办发明电〔2026〕X号", "days": days}
        )

        calendar = working_calendar()
        assert not calendar.is_workday(date(2027, 2, 8))
        assert calendar.is_workday(date(2027, 2, 20))

    def test_names_the_line_it_cannot_read(self, system_admin, client_of):
        page = client_of(system_admin).post(
            reverse("calendar_import"), {"source": "通知", "days": "2027-02-08 也许 春节"}
        )

        assert "第1行" in page.content.decode()

    def test_corrects_one_day(self, system_admin, client_of):
        given = {"on": "2026-12-12", "kind": "work", "name": "防汛", "source": "市政府通知"}

        client_of(system_admin).post(reverse("calendar_day"), given)

        assert CalendarDay.objects.get(date=date(2026, 12, 12)).is_workday


class TestLocalRules:
    def test_get_a_new_version(self, system_admin, client_of):
        congress = system_admin.congress
        url = reverse("rules_of_congress", args=[congress.pk])
        given = {"valid_from": "2026-05-01", "values": '{"extension_cap": 4}', "note": "新办法"}

        client_of(system_admin).post(url, given)

        assert rules_for(congress, on=date(2026, 5, 1)).extension_cap == 4
        assert rules_for(congress, on=date(2026, 4, 30)).extension_cap == 6

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ('{"extension_cap": 9}', "法定上限"),
            ('{"extention_cap": 4}', "没有这一项规则"),
            ("{extension_cap: 4}", "不是正确的 JSON"),
            ("[]", "用花括号括起来"),
        ],
    )
    def test_say_what_is_wrong(self, system_admin, client_of, values, said):
        url = reverse("rules_of_congress", args=[system_admin.congress_id])
        given = {"valid_from": "2026-05-01", "values": values, "note": "x"}

        page = client_of(system_admin).post(url, given)

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert said in page.content.decode()
        assert client_of(system_admin).get(url).status_code == HTTPStatus.OK

    def test_of_another_congress_are_out_of_reach(self, system_admin, other_congress, client_of):
        url = reverse("rules_of_congress", args=[other_congress.pk])

        assert client_of(system_admin).get(url).status_code == HTTPStatus.NOT_FOUND
