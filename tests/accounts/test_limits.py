"""Who asks too often is told to wait; nobody else is, and nobody while it cannot be counted."""

import logging

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.factories import files
from tests.factories.accounts import PASSWORD
from tests.factories.suggestions import draft_case, registered_case

pytestmark = pytest.mark.django_db

LIMITS = {"search": "3/m/user", "export": "3/h/user", "upload": "3/h/user", "import": "3/h/user"}


@pytest.fixture
def _few(settings):
    settings.RATE_LIMITS = LIMITS


@pytest.fixture
def requests(staff, deputy, client_of, session):
    """Return for each limit a request that counts, as the person it is meant for."""
    draft = draft_case(deputy.deputy, cosigners=[])
    office, writer = client_of(staff), client_of(deputy)
    papers = reverse("suggestions:papers", args=[draft.pk])
    return {
        "search": lambda **headers: office.get(reverse("desk:cases") + "?q=公交", headers=headers),
        "export": lambda **headers: office.post(reverse("ledgers:export"), headers=headers),
        "upload": lambda **headers: writer.post(papers, {"files": files.paper()}, headers=headers),
        "import": lambda **headers: office.post(reverse("ledgers:upload"), {}, headers=headers),
    }


def status_of(answer) -> int:
    answer.getvalue()  # a file stays open until it is read
    return answer.status_code


@pytest.mark.usefixtures("_few")
class TestLimit:
    @pytest.mark.parametrize(
        ("action", "words"),
        [("search", "查询"), ("export", "导出"), ("upload", "上传"), ("import", "导入")],
    )
    def test_the_one_beyond_is_refused_with_a_time_to_come_back(self, requests, action, words):
        before = [status_of(requests[action]()) for _ in range(3)]

        answer = requests[action]()

        window = 60 if action == "search" else 3600
        assert 429 not in before
        assert answer.status_code == 429
        assert f"您在短时间内{words}的次数太多" in answer.content.decode()
        assert window - 60 < int(answer.headers["Retry-After"]) <= window

    def test_no_forged_address_gets_by(self, requests):
        for _ in range(3):
            requests["search"]()

        passed = [
            n
            for n in range(50)
            if requests["search"](**{"X-Forwarded-For": f"203.0.113.{n}"}).status_code != 429
        ]

        assert passed == []

    def test_counts_each_person_alone(self, requests, director, client_of):
        for _ in range(4):
            requests["search"]()

        assert client_of(director).get(reverse("desk:cases") + "?q=公交").status_code == 200

    def test_leaves_reading_alone(self, staff, client_of):
        office = client_of(staff)

        lists = {office.get(reverse("desk:cases") + "?stage=handling").status_code for _ in "12345"}
        forms = {office.get(reverse("ledgers:upload")).status_code for _ in "12345"}

        assert lists == forms == {200}

    def test_a_number_typed_into_the_search_counts_too(self, staff, client_of, registered):
        office = client_of(staff)
        url = f"{reverse('desk:search')}?q={registered.number_text}"

        assert [office.get(url).status_code for _ in range(4)] == [302, 302, 302, 429]

    @pytest.fixture
    def registered(self, deputy, session):
        return registered_case(deputy.deputy)


def test_is_generous_unless_told_otherwise(settings):
    assert settings.RATE_LIMITS == {
        "search": "60/m/user",
        "export": "20/h/user",
        "upload": "120/h/user",
        "import": "10/h/user",
    }


class TestSignIn:
    URL = "/accounts/login/"

    def test_a_flood_from_one_address_is_refused(self, settings):
        settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "3/m/ip"}
        cache.clear()
        client = Client()
        for _ in range(3):
            client.post(self.URL, {"login": "nobody", "password": "x"})

        answers = [
            client.post(
                self.URL,
                {"login": f"nobody{n}", "password": "x"},
                headers={"X-Forwarded-For": f"203.0.113.{n}"},
            )
            for n in range(50)
        ]

        assert {answer.status_code for answer in answers} == {429}
        assert {answer.headers["Retry-After"] for answer in answers} == {"300"}
        assert "请过五分钟再试" in answers[0].text


class TestWithoutRedis:
    @pytest.fixture(autouse=True)
    def _no_redis(self, settings, _few):
        nowhere = {"LOCATION": "unix:///nowhere.sock?db=0"}
        settings.CACHES = {"default": settings.CACHES["default"] | nowhere}

    @pytest.mark.parametrize("action", list(LIMITS))
    def test_nobody_is_refused_and_the_log_says_why(self, requests, action, caplog):
        with caplog.at_level(logging.WARNING, logger="config.cache"):
            statuses = {status_of(requests[action]()) for _ in range(5)}

        assert statuses.isdisjoint({429, 500})
        assert "the cache is out of reach" in caplog.text

    def test_people_sign_in(self, deputy):
        client = Client()

        answer = client.post(
            TestSignIn.URL, {"login": deputy.user.username, "password": PASSWORD}, follow=True
        )

        assert answer.status_code == 200
        assert answer.context["user"] == deputy.user
