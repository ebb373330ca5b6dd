from contextlib import closing

import pytest
import redis

from config.engines.home import end_at_once

# One process for all of them: they share servers of their own.
pytestmark = pytest.mark.xdist_group("engines-redis")


def test_nothing_that_waits_is_dropped_to_make_room(redis_server):
    with closing(redis.Redis.from_url(redis_server.url())) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_what_was_queued_outlives_a_kill(redis_server):
    with closing(redis.Redis.from_url(redis_server.url())) as client:
        client.rpush("queue", "a job")

    end_at_once(redis_server.home.residents(redis_server.data))
    redis_server.home.await_exit(redis_server.data, seconds=10)
    redis_server.ensure()

    with closing(redis.Redis.from_url(redis_server.url())) as client:
        assert client.lrange("queue", 0, -1) == [b"a job"]


def test_databases_are_apart(redis_server):
    with closing(redis.Redis.from_url(redis_server.url(3))) as client:
        client.set("only", "in three")
    with closing(redis.Redis.from_url(redis_server.url(4))) as client:
        assert client.get("only") is None


def test_it_does_not_listen_on_the_network(redis_server):
    servers = redis_server.home.residents(redis_server.data)

    assert [c for server in servers for c in server.net_connections(kind="inet")] == []
