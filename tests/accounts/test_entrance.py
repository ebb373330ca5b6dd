"""Signing in: one-time passwords, gates, sessions that end, guesses that do not lock owners out."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import Role, User
from audit.models import AuditEvent
from tests.factories.accounts import PASSWORD, make_member, make_user
from tests.factories.congress import make_congress

LOGIN = "/accounts/login/"
ME = "/accounts/me/"


def sign_in(client: Client, user: User, password: str = PASSWORD):
    return client.post(LOGIN, {"login": user.username, "password": password})


class TestSignIn:
    def test_rotates_the_session_and_is_put_on_record(self, deputy):
        client = Client()
        client.post(reverse("elder_mode"), {"elder": "1"})
        before = client.cookies[settings.SESSION_COOKIE_NAME].value

        response = sign_in(client, deputy.user)

        assert response.status_code == HTTPStatus.FOUND
        assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
        assert AuditEvent.objects.get(action="sign_in").actor == deputy.user
        assert client.get(ME).status_code == HTTPStatus.OK

    def test_says_the_same_of_a_wrong_name_and_a_wrong_password(self, deputy):
        wrong_name = Client().post(LOGIN, {"login": "nobody-here", "password": "x"})
        wrong_password = sign_in(Client(), deputy.user, "x")

        errors = [page.context["form"].errors for page in (wrong_name, wrong_password)]
        assert errors[0] == errors[1]
        assert "用户名或密码不正确" in str(errors[0])

    def test_shows_whom_to_call(self, congress):
        page = Client().get(LOGIN).content.decode()

        assert congress.help_phone in page

    def test_stops_guessing_after_five_times(self, deputy):
        for _ in range(5):
            sign_in(Client(), deputy.user, "guess")

        page = sign_in(Client(), deputy.user)

        assert "请五分钟后再试" in page.content.decode()

    def test_lets_the_owner_in_on_a_known_device_meanwhile(self, deputy):
        owner = Client()
        sign_in(owner, deputy.user)
        owner.post(reverse("account_logout"))
        for _ in range(30):
            sign_in(Client(), deputy.user, "guess")

        assert sign_in(owner, deputy.user).status_code == HTTPStatus.FOUND

    def test_counts_guesses_on_a_known_device_too(self, deputy):
        stolen = Client()
        sign_in(stolen, deputy.user)
        stolen.post(reverse("account_logout"))
        for _ in range(5):
            sign_in(stolen, deputy.user, "guess")

        assert "请五分钟后再试" in sign_in(stolen, deputy.user).content.decode()

    @pytest.mark.parametrize("page", ["signup/", "email/", "password/reset/", "password/set/"])
    def test_offers_no_other_way_in(self, db, page):
        assert Client().get(f"/accounts/{page}").status_code == HTTPStatus.NOT_FOUND


class TestInitialPassword:
    @pytest.fixture
    def newcomer(self, deputy) -> tuple[User, str]:
        user, password = services.create_user(
            username="newcomer", name="新人", by=None, at=timezone.now()
        )
        make_member(Role.DEPUTY, deputy.deputy, user=user)
        return user, password

    def test_opens_nothing_but_the_page_to_change_it(self, newcomer):
        user, password = newcomer
        client = Client()
        sign_in(client, user, password)

        assert client.get(ME).url == reverse("account_change_password")
        new = {"password1": "清晨的江水 very calm", "password2": "清晨的江水 very calm"}
        client.post(reverse("account_change_password"), {"oldpassword": password} | new)

        assert client.get(ME).status_code == HTTPStatus.OK
        assert AuditEvent.objects.get(action="user.change_password").actor == user

    def test_is_good_for_one_sign_in(self, newcomer):
        user, password = newcomer
        sign_in(Client(), user, password)

        again = Client()
        sign_in(again, user, password)

        assert again.get(ME).url.startswith(LOGIN)

    def test_is_worthless_after_72_hours(self, newcomer):
        user, password = newcomer
        client = Client()

        with time_machine.travel(timezone.now() + timedelta(hours=73), tick=False):
            sign_in(client, user, password)
            assert client.get(ME).url.startswith(LOGIN)


class TestSession:
    def test_ends_after_half_an_hour_without_a_request(self, deputy):
        client, start = Client(), timezone.now()
        with time_machine.travel(start, tick=False):
            sign_in(client, deputy.user)
            client.get(ME)
        with time_machine.travel(start + timedelta(minutes=29), tick=False):
            assert client.get(ME).status_code == HTTPStatus.OK
        with time_machine.travel(start + timedelta(minutes=58), tick=False):
            assert client.get(ME).status_code == HTTPStatus.OK
        with time_machine.travel(start + timedelta(minutes=90), tick=False):
            assert client.get(ME).url.startswith(LOGIN)

    def test_ends_after_twelve_hours_whatever_is_done(self, deputy):
        client, start = Client(), timezone.now()
        for minutes in range(0, 12 * 60, 29):
            with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
                if not minutes:
                    sign_in(client, deputy.user)
                assert client.get(ME).status_code == HTTPStatus.OK
        with time_machine.travel(start + timedelta(hours=12, minutes=1), tick=False):
            assert client.get(ME).url.startswith(LOGIN)

    def test_dies_with_the_account_and_stays_dead(self, deputy, security_admin, client_of):
        client = client_of(deputy)
        assert client.get(ME).status_code == HTTPStatus.OK

        services.disable_user(deputy.user, by=security_admin, at=timezone.now(), why="调离")
        assert client.get(ME).url.startswith(LOGIN)

        services.enable_user(deputy.user, by=security_admin, at=timezone.now())
        assert client.get(ME).url.startswith(LOGIN)

    def test_dies_with_a_reset_password(self, deputy, system_admin, client_of):
        client = client_of(deputy)
        client.get(ME)

        services.reset_password(deputy.user, by=system_admin, at=timezone.now())

        assert client.get(ME).url.startswith(LOGIN)


class TestSecondFactor:
    def test_is_asked_of_a_clerk_before_any_other_page(self, clerk):
        Authenticator.objects.all().delete()
        client = Client()
        sign_in(client, clerk.user)

        assert client.get(ME).url == reverse("mfa_activate_totp")

    def test_is_not_asked_of_a_deputy(self, deputy):
        client = Client()
        sign_in(client, deputy.user)

        assert client.get(ME).status_code == HTTPStatus.OK

    def test_is_not_asked_in_a_pure_demonstration(self, clerk):
        Authenticator.objects.all().delete()
        clerk.congress.is_demonstration = True
        clerk.congress.save()
        client = Client()
        sign_in(client, clerk.user)

        assert client.get(ME).status_code == HTTPStatus.OK
        make_congress()
        assert client.get(ME).url == reverse("mfa_activate_totp")

    def test_is_set_up_and_asked_for_from_then_on(self, clerk):
        Authenticator.objects.all().delete()
        client = Client()
        sign_in(client, clerk.user)
        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        counter = next(totp.yield_hotp_counters_from_time())
        code = totp.format_hotp_value(totp.hotp_value(secret, counter))

        client.post(reverse("mfa_activate_totp"), {"code": code})

        assert client.get(ME).status_code == HTTPStatus.OK
        factor = Authenticator.objects.get(user=clerk.user, type=Authenticator.Type.TOTP)
        assert secret not in str(factor.data)
        again = Client()
        assert sign_in(again, clerk.user).url.startswith(reverse("mfa_authenticate"))
        assert again.get(ME).url.startswith(LOGIN)

    def test_cannot_be_dropped_by_those_who_need_it(self, clerk):
        factor = Authenticator.objects.get(user=clerk.user)
        client = Client()
        sign_in(client, clerk.user)
        client.force_login(clerk.user)

        client.post(reverse("mfa_deactivate_totp"))

        assert Authenticator.objects.filter(pk=factor.pk).exists()


class TestSeats:
    def test_a_user_without_a_seat_reads_why(self, db):
        client = Client()
        sign_in(client, make_user())

        page = client.get(ME)

        assert page.status_code == HTTPStatus.FORBIDDEN
        assert "目前没有可用的身份" in page.content.decode()

    def test_switching_changes_who_acts(self, deputy, unit, client_of):
        head = make_member(Role.UNIT_HEAD, unit, user=deputy.user)
        client = client_of(deputy)

        client.post(reverse("act_as"), {"membership": head.pk})

        assert client.get(ME).context["actor"] == head

    def test_nobody_takes_the_seat_of_another(self, deputy, clerk, client_of):
        client = client_of(deputy)

        client.post(reverse("act_as"), {"membership": clerk.pk})

        assert client.get(ME).context["actor"] == deputy

    def test_a_seat_is_gone_the_day_after_its_last(self, deputy, unit, client_of):
        head = make_member(Role.UNIT_HEAD, unit, user=deputy.user, valid_until=timezone.localdate())
        client = client_of(head)
        assert client.get(ME).context["actor"] == head

        with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
            client = client_of(head)
            assert client.get(ME).context["actor"] == deputy


class TestElderMode:
    def test_is_kept_with_the_person(self, deputy, client_of):
        client = client_of(deputy)

        response = client.post(reverse("elder_mode"), {"elder": "1", "next": ME})

        assert response.url == ME
        assert User.objects.get(pk=deputy.user_id).elder_mode

    def test_leads_nobody_to_another_site(self, deputy, client_of):
        response = client_of(deputy).post(
            reverse("elder_mode"), {"elder": "1", "next": "https://elsewhere.example/"}
        )

        assert response.url == "/"
