"""The first to come starts the servers, the last to leave stops them."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from config.engines.home import Home, end_at_once
from config.engines.lease import Lease
from tests.architecture.source import ROOT

# One process for all of them: they share servers of their own.
pytestmark = pytest.mark.xdist_group("engines-lease")

USER = """
import sys
from config.engines.home import Home, end_at_once
from config.engines.lease import Lease
from config.engines.postgres import Postgres
from config.engines.redis_server import Redis
home = Home(sys.argv[1])
lease = Lease(home, [Postgres(home), Redis(home)])
lease.enter()
print("in", flush=True)
sys.stdin.readline()
lease.leave()
"""


@pytest.fixture
def other_user(home: Home, lease: Lease) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the servers, until it is told to leave."""
    command = [sys.executable, "-c", USER, str(home.path)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "in\n"
    yield process
    process.kill()
    process.communicate()


def are_alive(lease: Lease) -> list[bool]:
    return [server.is_alive() for server in lease.servers]


def test_the_servers_run_while_they_are_used(lease):
    lease.enter()
    while_used = are_alive(lease)
    lease.leave()

    assert (while_used, are_alive(lease)) == ([True, True], [False, False])


def test_one_who_leaves_first_stops_nothing(lease, other_user):
    lease.enter()
    lease.leave()

    assert are_alive(lease) == [True, True]


def test_the_last_one_stops_them(lease, other_user):
    lease.enter()
    other_user.communicate("leave\n")
    while_used = are_alive(lease)
    lease.leave()

    assert (while_used, are_alive(lease)) == ([True, True], [False, False])


def test_one_who_was_killed_no_longer_counts(lease, other_user):
    lease.enter()
    other_user.kill()
    other_user.wait()
    lease.leave()

    assert are_alive(lease) == [False, False]


def test_a_server_that_died_in_use_is_brought_back(lease):
    lease.enter()
    for server in lease.servers:
        end_at_once(lease.home.residents(server.data))
        lease.home.await_exit(server.data, seconds=10)
    dead = are_alive(lease)

    lease.renew()
    revived = are_alive(lease)
    lease.leave()

    assert (dead, revived) == ([False, False], [True, True])


def test_leaving_twice_is_leaving_once(lease):
    lease.enter()
    lease.leave()
    lease.leave()

    assert are_alive(lease) == [False, False]
