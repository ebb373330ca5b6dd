"""Redis emptied, stopped or full, PostgreSQL restarted while people are reminded: none missed."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.utils import timezone

from config.engines.home import Home
from config.engines.lease import Lease
from config.engines.postgres import DATABASE, Postgres
from config.engines.redis_server import Redis
from config.environment import celery_url
from notices.models import Alert, Message
from notices.services.delivery import park_cut_off
from tests.common.servers import serving
from tests.factories import congress as bodies
from tests.survival.duties import SlowGateway, finish_sending, is_drained, make_duties, told
from tests.survival.report import report, scaled
from tests.survival.workers import KeptWorker, ringing, seconds_ahead, wait_until

pytestmark = pytest.mark.long
State = Message.State
REMINDERS, RESTARTS, STOPPED = scaled(2_000), scaled(10), float(scaled(60))


class Servers:
    """PostgreSQL and Redis of this module alone, in a data directory of their own."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.postgres, self.redis = Postgres(home, durable=False), Redis(home)
        self.lease = Lease(home, [self.postgres, self.redis])

    @property
    def broker(self) -> str:
        """The address of the queue; the same number as that of the other tests."""
        return settings.REDIS_URL.replace(str(settings.DATA_HOME.sockets), str(self.home.sockets))

    def migrate(self) -> None:
        given = {
            "DJANGO_SETTINGS_MODULE": "config.test_settings",
            "TEST_DATA_DIR": str(self.home.path),
        }
        command = [sys.executable, "manage.py", "migrate", "-v", "0"]
        subprocess.run(command, env=os.environ | given, cwd=settings.BASE_DIR, check=True)

    def ask_redis(self, *command: object) -> None:
        client = redis.Redis(unix_socket_path=str(self.redis.socket))
        client.execute_command(*command)
        client.close()


@pytest.fixture(scope="module")
def servers(tmp_path_factory, django_db_blocker):
    home = Home(tmp_path_factory.mktemp("survival") / "data").claim()
    own = Servers(home)
    own.lease.enter()
    own.migrate()
    real = connections["default"]
    at_home = {"HOST": str(home.sockets), "NAME": DATABASE}
    connections["default"] = type(real)({**real.settings_dict, **at_home}, "default")
    with django_db_blocker.unblock():
        yield own
        connections["default"].close()
        connections["default"] = real
    own.lease.leave()
    shutil.rmtree(home.sockets, ignore_errors=True)


def empty_redis(servers, rng):
    for _ in range(RESTARTS):
        time.sleep(rng.random())
        servers.ask_redis("FLUSHALL")
    return f"Redis emptied {RESTARTS} times"


def stop_redis(servers, rng):
    time.sleep(1 + rng.random())
    servers.redis.stop()
    time.sleep(STOPPED)
    servers.redis.ensure()
    return f"Redis stopped for {STOPPED:.0f} s"


def fill_redis(servers, rng):
    time.sleep(1 + rng.random())
    servers.ask_redis("CONFIG", "SET", "maxmemory", "1mb")
    time.sleep(STOPPED / 2)
    servers.ask_redis("CONFIG", "SET", "maxmemory", "0")
    return f"Redis full for {STOPPED / 2:.0f} s"


def restart_postgres(servers, rng):
    for _ in range(RESTARTS):
        time.sleep(rng.random() * 2)
        connection.close()
        servers.postgres.stop()
        servers.postgres.ensure()
    return f"PostgreSQL restarted {RESTARTS} times"


@pytest.mark.parametrize("harm", [fill_redis, restart_postgres, empty_redis, stop_redis])
def test_nobody_is_missed(servers, harm):
    cache.clear()
    congress = bodies.make_congress()
    expected = make_duties(congress.systems.get(name="政府"), REMINDERS)
    before, people = told(), {clerk for _, clerk in expected}
    everything = len(before) + len(expected)
    app, ahead, rng = Celery(broker=celery_url(servers.broker)), seconds_ahead(), random.Random(55)

    with serving(SlowGateway()) as gateway, ringing(app):
        given = {"TEST_DATA_DIR": str(servers.home.path), **gateway.settings()}
        with KeptWorker(ahead=ahead, **given) as kept:
            done = harm(servers, rng)
            seconds = wait_until(
                lambda: is_drained(everything), seconds=400, what=f"{done}: it never drains"
            )
            finish_sending()
    park_cut_off(at=timezone.now() + timedelta(hours=1))

    tries = gateway.tries()
    inbox = told() - before
    mine = Message.objects.filter(user__memberships__in=people)
    states = Counter(mine.values_list("state", flat=True))
    lost = len(expected - set(inbox)) + len(people) - states.total()
    doubled = sum(n - 1 for n in inbox.values()) + sum(n - 1 for n in tries.values())
    report(
        55,
        f"{done} during {len(expected):,} reminders in {len(people):,} messages: lost {lost},"
        f" doubled {doubled}, in doubt and parked {states[State.PARKED]}, drained {seconds:.0f} s"
        f" after (up to 60 s until the next sending hour), worker started again {kept.restarts} x",
    )
    assert inbox == Counter(dict.fromkeys(expected, 1))
    assert set(states) <= {State.SENT, State.PARKED}
    assert (lost, doubled) == (0, 0)
    assert Alert.objects.filter(grouped_at__isnull=True).count() == 0
