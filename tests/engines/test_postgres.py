import os
from contextlib import closing

import psutil
import psycopg2
import pytest

from config.engines.home import Home, end_at_once
from config.engines.postgres import APP, BALLOTS, OWNER, Postgres

# One process for all of them: they share servers of their own.
pytestmark = pytest.mark.xdist_group("engines-postgres")


def ask(server: Postgres, statement: str, *, role: str = OWNER) -> list[tuple]:
    with (
        closing(psycopg2.connect(server.url(role))) as session,
        session,
        session.cursor() as cursor,
    ):
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def kill(server: Postgres) -> None:
    """End the server as a power cut would: no process gets to say goodbye."""
    end_at_once(server.home.residents(server.data))
    server.home.await_exit(server.data, seconds=10)


def main_process(server: Postgres) -> psutil.Process:
    return psutil.Process(int((server.data / "postmaster.pid").read_text().splitlines()[0]))


def test_three_roles_and_two_extensions_are_there(postgres):
    roles = ask(
        postgres,
        "SELECT rolname, rolcanlogin, rolsuper FROM pg_roles"
        " WHERE rolname LIKE 'daibiao%' ORDER BY 1",
    )
    extensions = ask(postgres, "SELECT extname FROM pg_extension ORDER BY 1")

    assert roles == [(APP, True, False), (BALLOTS, False, False), (OWNER, True, False)]
    assert extensions == [("btree_gist",), ("pg_trgm",), ("plpgsql",)]


def test_chinese_text_has_likeness(postgres):
    assert ask(postgres, "SELECT similarity('增设充电桩', '充电桩') > 0", role=APP) == [(True,)]


def test_nobody_listens_on_the_network(postgres):
    assert ask(postgres, "SHOW listen_addresses") == [("",)]
    assert main_process(postgres).net_connections(kind="inet") == []


def test_the_sockets_are_for_the_keeper_alone(postgres):
    found = postgres.home.sockets.stat()

    assert (oct(found.st_mode & 0o777), found.st_uid) == ("0o700", postgres.home.keeper.pw_uid)


def test_what_was_committed_outlives_a_kill(postgres):
    ask(
        postgres,
        "CREATE TABLE IF NOT EXISTS kept (id int); TRUNCATE kept; INSERT INTO kept VALUES (7)",
    )

    kill(postgres)
    assert (postgres.data / "postmaster.pid").exists(), "the dead server's files still look alive"
    postgres.ensure()

    assert ask(postgres, "SELECT id FROM kept") == [(7,)]


def test_a_server_starts_although_its_old_number_is_somebody_elses(postgres):
    kill(postgres)
    pid_file = postgres.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    postgres.ensure()

    assert ask(postgres, "SELECT 1") == [(1,)]


def test_a_first_start_that_was_cut_off_is_begun_anew(folder):
    home = Home(folder).claim()
    half = home.make_folder(home.path / "postgres.new")
    (half / "PG_VERSION").write_text("18\n")
    server = Postgres(home)

    try:
        server.ensure()
        assert ask(server, "SELECT 1", role=APP) == [(1,)]
    finally:
        server.stop()


def test_stopping_leaves_no_process(postgres):
    postgres.stop()

    assert postgres.home.residents(postgres.data) == []
    with pytest.raises(psycopg2.OperationalError):
        postgres.connect()


def test_the_keeper_is_never_root(postgres):
    owner = main_process(postgres).uids().effective

    assert owner == postgres.home.keeper.pw_uid != 0
