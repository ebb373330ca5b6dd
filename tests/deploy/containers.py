"""A service of docker-compose.yml, run by hand on this machine with its own variables."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.architecture.source import ROOT
from tests.deploy.compose import SERVICES, filled

PATIENCE = 60
SIGN_OF_LIFE = {"web": "Booting worker", "worker": " ready.", "beat": "Starting..."}
ENVIRONMENT_OF_A_CONTAINER = {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "HOSTNAME": socket.gethostname(),
    # A container does not run as root, and its image holds the collected files.
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser,ignore:No directory at",
}
HOST = "jianyi.example"
GIVEN = {
    "ALLOWED_HOSTS": f"{HOST},other.example",
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


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Container:
    """One process with what it starts; ``here`` says where this machine has what it stands on."""

    def __init__(self, name: str, folder: Path, here: dict[str, str], *, number: int = 1) -> None:
        self.name = name
        self.service = filled(SERVICES[name], GIVEN)
        self.log = folder / f"{name}-{number}.log"
        here = {"PORT": free_port(), **here}
        wanted = self.service["environment"]
        self.environment = {
            **ENVIRONMENT_OF_A_CONTAINER,
            # Each container has a name of its own, by which the health check asks for it.
            "HOSTNAME": f"{name}{number}.{socket.gethostname()}",
            **wanted,
            **{key: value for key, value in here.items() if key in wanted},
        }
        self.command = list(self.service["command"])
        if name == "worker":
            self.command.append(f"--hostname=celery@{self.environment['HOSTNAME']}")
        self.process: subprocess.Popen | None = None

    @property
    def port(self) -> int:
        return int(self.environment["PORT"])

    def start(self) -> "Container":
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    def wait_until_healthy(self) -> "Container":
        kind, *words = self.service["healthcheck"]["test"]
        command = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        end = time.monotonic() + PATIENCE
        # A worker asked too early makes the one who asks wait in vain.
        while SIGN_OF_LIFE[self.name] not in self.log.read_text() or self.run(command):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.2)
        return self

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
