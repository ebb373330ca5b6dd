"""A busy database is met by trying again, or by a page that keeps what was typed; never a fault."""

import threading
import time

import pytest
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from suggestions.models import NumberCounter, Suggestion
from suggestions.stages import Stage
from suggestions.workflow import lock_case
from tests.factories.suggestions import case_in_review, reload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(deputy, session) -> Suggestion:
    case = case_in_review(deputy.deputy)
    NumberCounter.objects.create(session=case.session, filing=case.filing)
    return case


def accept(client, case):
    given = {"category": case.category_id, "opinion": "属于本级职权范围", "checked": "on"}
    return client.post(reverse("suggestions:accept", args=[case.pk]), given)


class Holder(threading.Thread):
    """Somebody else's transaction: takes locks, in an order of its own, and lets go of them."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.has_begun = work, threading.Event()

    def run(self):
        try:
            with transaction.atomic():
                self.work(self.has_begun)
        finally:
            connection.close()

    def __enter__(self):
        self.start()
        assert self.has_begun.wait(timeout=30)

    def __exit__(self, *_):
        self.join(timeout=30)


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def test_who_loses_a_deadlock_notices_nothing(client_of, staff, case, caplog):
    def the_other_way_round(has_begun):
        list(NumberCounter.objects.select_for_update())
        has_begun.set()
        until = time.monotonic() + 20
        while not waits_for_a_lock() and time.monotonic() < until:
            time.sleep(0.01)
        lock_case(case.pk)

    with Holder(the_other_way_round):
        answer = accept(client_of(staff), case)

    assert answer.status_code == 302
    assert (reload(case).stage, reload(case).number) == (Stage.REGISTERED, 1)
    assert "lost a deadlock" in caplog.text


def test_who_waits_too_long_is_told_and_keeps_what_was_typed(client_of, staff, case):
    done = threading.Event()

    def hold(has_begun):
        lock_case(case.pk)
        has_begun.set()
        done.wait(timeout=30)

    client = client_of(staff)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    with Holder(hold):
        answer = accept(client, case)
        done.set()

    said = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "系统正忙，请再试一次" in said
    assert '<input type="hidden" name="opinion" value="属于本级职权范围">' in said
    assert reload(case).stage == Stage.COMMITTEE_REVIEW
    assert accept(client, case).status_code == 302


def test_a_page_of_secrets_does_not_give_them_back(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(
        "allauth.account.auth_backends.AuthenticationBackend.authenticate", _out_of_reach
    )

    answer = client.post(
        reverse("account_login"), {"login": "gongwei01", "password": "geheim-2026"}
    )

    assert answer.status_code == 503
    assert "geheim-2026" not in answer.content.decode()


def test_without_a_database_every_page_says_so(client_of, staff, monkeypatch):
    client = client_of(staff)
    client.raise_request_exception = False
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", _out_of_reach)

    answer = client.get(reverse("desk:cases"))

    assert answer.status_code == 503
    assert "再打开一次" in answer.content.decode()


def _out_of_reach(*_args, **_kwargs):
    raise OperationalError("the connection is lost")
