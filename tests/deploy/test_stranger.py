"""Debian's own PostgreSQL and Redis, as somebody has them who installs nothing of ours."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.engines.home import Home
from tests.architecture.source import ROOT
from tests.deploy.people import Person
from tests.deploy.site import Site

SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
REDIS = shutil.which("redis-server", path="/usr/bin:/usr/local/bin")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not SERVERS or not REDIS, reason="no servers of the system's"),
]


class Installed:
    """Servers of the system in a folder of their own, started by hand as the handbook says."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder).claim()
        self.bin = SERVERS[-1].parent
        self.data, self.redis = folder / "pg", folder / "rd"
        self.place = self.home.open_sockets()

    def start(self) -> None:
        run = self.home.run
        made = ["--locale=C.UTF-8", "--encoding=UTF8", "--username=postgres", "--auth=trust"]
        run([self.bin / "initdb", "-D", self.data, *made], timeout=60)
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.place}'"
        log = str(self.home.path / "log" / "server.log")
        run(
            [self.bin / "pg_ctl", "start", "-w", "-D", self.data, "-l", log, "-o", options],
            timeout=60,
        )
        self.home.make_folder(self.redis)
        where = ["--port", "0", "--unixsocket", self.place / "r.sock", "--dir", self.redis]
        run([REDIS, *where, "--daemonize", "yes", "--pidfile", self.redis / "pid"], timeout=60)
        given = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "PGHOST": str(self.place),
            "PGUSER": "postgres",
            "DATABASE_OWNER_PASSWORD": "one",
            "DATABASE_APP_PASSWORD": "two",
        }
        subprocess.run([ROOT / "deploy" / "postgres" / "roles.sh"], env=given, check=True)

    def stop(self) -> None:
        self.home.run([self.bin / "pg_ctl", "stop", "-m", "fast", "-D", self.data], timeout=60)
        for process in self.home.residents(self.redis):
            process.terminate()
        self.home.await_exit(self.redis, seconds=20)
        shutil.rmtree(self.place, ignore_errors=True)

    def addresses(self) -> dict[str, str]:
        place = str(self.place).replace("/", "%2F")
        return {
            "DATABASE_URL": f"postgresql://daibiao_app:two@{place}/daibiao",
            "DATABASE_OWNER_URL": f"postgresql://daibiao_owner:one@{place}/daibiao",
            "REDIS_URL": f"unix://{self.place}/r.sock?db=0",
        }


@pytest.fixture
def installed(tmp_path) -> Iterator[Installed]:
    made = Installed(tmp_path / "servers")
    made.start()
    try:
        yield made
    finally:
        made.stop()


def test_the_servers_of_debian_carry_the_whole_system(installed, tmp_path):
    site, began = Site(tmp_path / "site"), time.monotonic()
    given = installed.addresses()

    site.manage("migrate", "--verbosity", "0", **given)
    checked = site.manage("check", "--deploy", "--database", "default", **given)
    site.manage("load_demo", **given)
    web = site.service("web", **given)
    try:
        page = Person(web.port).sign_in("gongwei01")
        took = time.monotonic() - began
        said = site.manage("backup", str(tmp_path / "backups"), **given)
        sound = site.manage("check_integrity", **given)
    finally:
        web.end()

    version = SERVERS[-1].parts[-3]
    print(  # noqa: T201 - the figure to report
        f"#stranger PostgreSQL {version} and Redis of the system: migrate, demonstration and first "
        f"page in {took:.0f} s; check --deploy clean, backup made, integrity sound"
    )
    assert page.status == 200
    assert "no issues" in checked
    assert "已备份到" in said
    assert "没有发现问题" in sound
