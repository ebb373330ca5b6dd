"""The commands of docker-compose.yml, started by hand with its variables on real servers."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.engines.postgres import APP, DATABASE, OWNER, Postgres
from config.environment import redis_number
from tests.architecture.source import ROOT
from tests.deploy.compose import SERVICES, filled

pytestmark = pytest.mark.xdist_group("backup")  # whose database number in Redis it shares

PATIENCE = 60
SIGN_OF_LIFE = {"web": "Booting worker", "worker": " ready.", "beat": "Starting..."}
ENVIRONMENT_OF_A_CONTAINER = {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "HOSTNAME": socket.gethostname(),
    # A container does not run as root, and its image holds the collected files.
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser,ignore:No directory at",
}


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Container:
    """A service of the compose file, run on this machine."""

    def __init__(self, name: str, folder: Path) -> None:
        url = Postgres(settings.DATA_HOME).url
        name_of_database = connection.settings_dict["NAME"]
        given = {
            "ALLOWED_HOSTS": "jianyi.example,other.example",
            "SECRET_KEY": "long-and-random-" * 5,
            **dict.fromkeys(
                (
                    "DATABASE_APP_PASSWORD",
                    "DATABASE_OWNER_PASSWORD",
                    "REDIS_PASSWORD",
                    "POSTGRES_PASSWORD",
                    "TLS_DIR",
                ),
                "given",
            ),
        }
        self.name = name
        self.service = filled(SERVICES[name], given)
        self.log = folder / f"{name}.log"
        here = {
            "DATA_DIR": str(folder / name),
            "DATABASE_URL": url(APP).removesuffix(DATABASE) + name_of_database,
            "DATABASE_OWNER_URL": url(OWNER).removesuffix(DATABASE) + name_of_database,
            "REDIS_URL": redis_number(settings.REDIS_URL, plus=8),
            "PORT": free_port(),
        }
        wanted = self.service["environment"]
        self.environment = {
            **ENVIRONMENT_OF_A_CONTAINER,
            **wanted,
            **{key: value for key, value in here.items() if key in wanted},
        }
        self.process: subprocess.Popen | None = None

    def start(self) -> "Container":
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.service["command"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    def wait_until_healthy(self) -> None:
        kind, *words = self.service["healthcheck"]["test"]
        command = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        end = time.monotonic() + PATIENCE
        # A worker asked too early makes the one who asks wait in vain.
        while SIGN_OF_LIFE[self.name] not in self.log.read_text() or self.run(command):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.2)

    def run(self, command: list[str]) -> int:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=False, **quiet
        ).returncode

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(timeout=PATIENCE)

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def started(tmp_path) -> Iterator[dict[str, Container]]:
    running = {name: Container(name, tmp_path) for name in ("web", "worker", "beat")}
    try:
        for container in running.values():
            container.start()
        yield running
    finally:
        for container in running.values():
            container.end()


@pytest.mark.django_db(transaction=True)
def test_web_worker_and_beat_become_healthy_stop_when_asked_and_log_json(started):
    for container in started.values():
        container.wait_until_healthy()
    codes = {name: container.stop() for name, container in started.items()}

    assert codes == {"web": 0, "worker": 0, "beat": 0}
    for container in started.values():
        # At the end Celery speaks to a person, if one should be there.
        lines = container.log.read_text().partition("\n\nworker: ")[0].splitlines()
        entries = [json.loads(line) for line in lines]
        assert entries
        assert all(entry.keys() >= {"at", "level", "logger", "message"} for entry in entries)


@pytest.mark.django_db(transaction=True)
def test_the_one_shot_migration_ends_well_without_a_warning(tmp_path):
    migrate = Container("migrate", tmp_path).start()

    code = migrate.process.wait(timeout=PATIENCE)

    said = migrate.log.read_text()
    assert (code, "System check identified no issues" in said) == (0, True), said
