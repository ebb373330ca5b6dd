"""What goes to a replica and what never does; two real servers are tried in tests/deploy."""

import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError
from django.test import RequestFactory

from common import replica
from common.replica import Lag, Router
from suggestions.models import Suggestion


@pytest.fixture
def usable(settings, monkeypatch):
    """A replica by name, found well a moment ago; nothing here speaks to it."""
    monkeypatch.setitem(settings.DATABASES, replica.REPLICA, {})
    watch = replica.Watch()
    watch._is_usable, watch._look_at = True, float("inf")
    monkeypatch.setattr(replica, "WATCH", watch)
    return watch


def reader(rf_user=None):
    request = RequestFactory().get("/cases/")
    request.user = rf_user or type("Reader", (), {"pk": 7})()
    return request


where = replica.reads_from_replica(lambda request: Router().db_for_read(Suggestion))


@pytest.mark.parametrize(
    ("lag", "bearable"),
    [
        (Lag(0, 0.0), True),
        (Lag(10, 5.0), True),
        (Lag(10, 5.1), False),
        (Lag(10, None), False),  # it has never heard anything
    ],
)
def test_a_replica_is_read_from_up_to_five_seconds_behind(lag, bearable):
    assert lag.is_bearable is bearable


def test_without_a_replica_everything_is_read_from_the_primary():
    assert where(reader()) == DEFAULT_DB_ALIAS


def test_a_reading_page_reads_from_the_replica_and_writes_to_the_primary(usable):
    assert where(reader()) == replica.REPLICA
    assert replica.read(lambda: Router().db_for_write(Suggestion)) == DEFAULT_DB_ALIAS
    assert replica.alias() == DEFAULT_DB_ALIAS  # outside of it


def test_whoever_wrote_a_moment_ago_reads_what_they_wrote_and_others_do_not_wait(usable):
    replica.remember_write(7)
    other = reader(type("Other", (), {"pk": 8})())

    assert (where(reader()), where(other)) == (DEFAULT_DB_ALIAS, replica.REPLICA)


def test_without_a_cache_to_remember_writes_in_nobody_reads_from_the_replica(usable, settings):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere.sock?db=0"}
    }

    assert where(reader()) == DEFAULT_DB_ALIAS


def test_a_form_that_is_sent_reads_from_the_primary(usable):
    request = reader()
    request.method = "POST"

    assert where(request) == DEFAULT_DB_ALIAS


def test_what_the_replica_fails_at_the_primary_does_and_goes_on_doing(usable):
    asked = []

    def ask():
        asked.append(replica.alias())
        if replica.alias() == replica.REPLICA:
            raise OperationalError("server closed the connection unexpectedly")
        return "page"

    assert replica.read(ask) == "page"
    assert replica.read(ask) == "page"
    assert asked == [replica.REPLICA, DEFAULT_DB_ALIAS, DEFAULT_DB_ALIAS]


def test_a_statement_that_took_too_long_is_not_asked_twice(usable):
    def ask():
        raise OperationalError("too long") from type("Slow", (Exception,), {"pgcode": "57014"})()

    with pytest.raises(OperationalError):
        replica.read(ask)
    assert usable.is_usable()


def test_tables_are_made_on_the_primary_alone():
    assert [Router().allow_migrate(name, "audit") for name in ("default", "replica")] == [
        True,
        False,
    ]
