"""Every address of the site: closed to strangers, and to one factor where two are demanded."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.middleware import _SETTING_UP_FACTOR
from accounts.models import Role
from accounts.roles import SECOND_FACTOR_ROLES
from tests.factories.accounts import PASSWORD

#: What strangers may see: the entrance, and what is said of the system's health.
OPEN_TO_STRANGERS = {
    "account_login",
    "account_logout",
    "account_inactive",
    "mfa_authenticate",
    "sign_in_help",
    "elder_mode",
    "health-live",
    "health-ready",
    "gallery",
}
#: Apps whose pages are public by design, each with tests of its own.
PUBLIC_APPS = {"library"}
VALUES = {"int": "987654", "str": "x", "slug": "x", "path": "x", "uuid": "0" * 32}
PERSONA_OF_ROLE = {
    Role.DELEGATION_SECRETARY: "secretary",
    Role.SESSION_STAFF: "session_staff",
    Role.STAFF: "staff",
    Role.DIRECTOR: "director",
    Role.SYSTEM_OFFICE: "system_office",
    Role.CLERK: "clerk",
    Role.UNIT_HEAD: "unit_head",
    Role.COMMITTEE: "committee_member",
    Role.LEADER: "leader",
    Role.LEADING_OFFICIAL: "leading_official",
    Role.SYSTEM_ADMIN: "system_admin",
    Role.SECURITY_ADMIN: "security_admin",
    Role.AUDIT_ADMIN: "auditor",
}


def every_address() -> Iterator[tuple[str, str]]:
    """Yield the name and an example of each address, however deep it is included."""

    def walk(patterns: list, prefix: str, app: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route, pattern.app_name or app)
            elif isinstance(pattern, URLPattern) and app not in PUBLIC_APPS:
                yield pattern.name or "", example(route)

    def example(route: str) -> str:
        parts = route.replace("<", "\0<").replace(">", ">\0").split("\0")
        return "/" + "".join(
            VALUES[part.strip("<>").partition(":")[0]] if part.startswith("<") else part
            for part in parts
        )

    yield from walk(get_resolver().url_patterns, "", "")


def is_sent_to(response, *names: str) -> bool:
    if response.status_code != HTTPStatus.FOUND:
        return False
    return any(response.url.startswith(reverse(name)) for name in names)


def test_strangers_find_every_door_closed_but_the_entrance(db):
    client = Client()
    addresses = [address for name, address in every_address() if name not in OPEN_TO_STRANGERS]

    reached = [
        address
        for address in addresses
        for ask in (client.get, client.post)
        if not is_sent_to(ask(address), "account_login")
    ]

    assert len(addresses) > 20
    assert reached == []


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
def test_one_factor_opens_nothing_where_two_are_demanded(role, request, client_of):
    actor = request.getfixturevalue(PERSONA_OF_ROLE[role])
    client = client_of(actor)
    Authenticator.objects.all().delete()
    addresses = [address for name, address in every_address() if name not in _SETTING_UP_FACTOR]
    # The gate does not look at the method; one role tries both, the others save the time.
    ways = (client.get, client.post) if role == Role.CLERK else (client.get,)

    reached = [
        address
        for address in addresses
        for ask in ways
        if not is_sent_to(ask(address), "mfa_activate_totp")
    ]

    assert reached == []


def test_the_password_alone_signs_nobody_in_who_has_a_second_factor(clerk):
    client = Client()
    client.post(reverse("account_login"), {"login": clerk.user.username, "password": PASSWORD})
    addresses = [address for name, address in every_address() if name not in OPEN_TO_STRANGERS]

    reached = [
        address for address in addresses if not is_sent_to(client.get(address), "account_login")
    ]

    assert reached == []


class TestCodes:
    @pytest.fixture
    def secret(self, clerk) -> str:
        Authenticator.objects.all().delete()
        secret = totp.generate_totp_secret()
        totp.TOTP.activate(clerk.user, secret)
        return secret

    def test_a_code_is_good_once(self, clerk, secret):
        counter = next(totp.yield_hotp_counters_from_time())
        code = {"code": totp.format_hotp_value(totp.hotp_value(secret, counter))}

        assert self._signs_in(clerk, code)
        assert not any(self._signs_in(clerk, code) for _ in range(3))

    def test_guessing_codes_is_stopped(self, clerk, secret):
        client = self._after_password(clerk)
        for guess in range(8):
            client.post(reverse("mfa_authenticate"), {"code": f"{guess:06d}"})
        counter = next(totp.yield_hotp_counters_from_time())
        code = totp.format_hotp_value(totp.hotp_value(secret, counter))

        client.post(reverse("mfa_authenticate"), {"code": code})

        assert is_sent_to(client.get(reverse("me")), "account_login")

    def test_a_secret_of_another_key_fits_no_code_and_says_so(self, clerk, secret, settings):
        counter = next(totp.yield_hotp_counters_from_time())
        code = totp.format_hotp_value(totp.hotp_value(secret, counter))
        settings.SECRET_KEY = "another key, as after a move"

        answer = self._after_password(clerk).post(reverse("mfa_authenticate"), {"code": code})

        assert answer.status_code == HTTPStatus.OK
        assert "请联系系统管理员重置两步验证" in answer.text

    def _signs_in(self, member, code: dict[str, str]) -> bool:
        client = self._after_password(member)
        client.post(reverse("mfa_authenticate"), code)
        return client.get(reverse("me")).status_code == HTTPStatus.OK

    def _after_password(self, member) -> Client:
        client = Client()
        given = {"login": member.user.username, "password": PASSWORD}
        client.post(reverse("account_login"), given)
        return client
