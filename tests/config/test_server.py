"""script/server as a person meets it: one start, one stop, and a crash in between."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.engines.home import Home, end_at_once
from tests.architecture.source import ROOT

# One process for all of them: they share servers of their own.
pytestmark = pytest.mark.xdist_group("server")

READY = "系统已启动"
PATIENCE = 300  # a first start makes every table, perhaps beside other tests


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def words_of(process: psutil.Process) -> str:
    """Return a process's command line; of one that has just ended, nothing."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


class Server:
    """One run of the supervisor on a data directory of its own."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.log = data.with_name("server.log")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        given = {"DATA_DIR": str(self.data), "PORT": str(self.port), "PATH": os.environ["PATH"]}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.server", "--no-demo"],
                cwd=ROOT,
                env=given,
                stdout=log,
                stderr=log,
            )

    def wait_until_ready(self) -> float:
        begun = time.monotonic()
        while READY not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < begun + PATIENCE, self.log.read_text()
            time.sleep(0.05)
        return time.monotonic() - begun

    def processes(self) -> list[psutil.Process]:
        """Return everything that runs for this data directory."""
        return [process for process in psutil.process_iter() if self._belongs(process)]

    def _belongs(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            is_ours = process.environ().get("DATA_DIR") == str(self.data)
            return is_ours or process.cwd().startswith(str(self.data))
        except psutil.Error:
            return False

    def kinds(self) -> set[str]:
        """Return which parts run."""
        words = " ".join(map(words_of, self.processes()))
        kinds = ("config.server", "gunicorn", "worker", "beat", "postgres", "redis-server")
        return {kind for kind in kinds if kind in words}

    def get(self, path: str) -> int:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status

    def get_status(self, path: str) -> int:
        """Return the status of any answer, of a refusal as well."""
        try:
            return self.get(path)
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def end_what_runs(self) -> None:
        """Kill everything at once, as a power cut would."""
        while found := self.processes():
            end_at_once(found)
            time.sleep(0.05)
        if self.process is not None:
            self.process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Server:
    return Server(tmp_path_factory.mktemp("server") / "data", free_port())


@pytest.fixture(autouse=True)
def _leave_nothing(server: Server) -> Iterator[None]:
    """Let a test that fails not take the next one with it."""
    yield
    server.end_what_runs()


ALL_PARTS = {"config.server", "gunicorn", "worker", "beat", "postgres", "redis-server"}


def test_first_start_runs_every_part_and_ctrl_c_leaves_none(server):
    server.start()
    server.wait_until_ready()
    while_running = (server.get("/health/ready"), server.kinds())
    result = server.stop()

    assert while_running == (200, ALL_PARTS)
    assert (result, server.processes()) == (0, [])
    assert not list(Home(server.data).sockets.glob("*PGSQL*"))


def test_a_kill_of_everything_is_survived(server):
    server.start()
    server.wait_until_ready()
    server.end_what_runs()

    server.start()
    server.wait_until_ready()
    answer = server.get("/health/ready")

    assert (answer, server.stop()) == (200, 0)


def test_a_part_that_dies_is_started_again(server):
    server.start()
    server.wait_until_ready()
    end_at_once(process for process in server.processes() if "gunicorn" in words_of(process))

    end = time.monotonic() + 20
    while "gunicorn" not in server.kinds() or "重新启动" not in server.log.read_text():
        assert time.monotonic() < end
        time.sleep(0.1)

    assert server.stop() == 0
    assert server.processes() == []


@pytest.mark.long
def test_killing_the_supervisor_takes_its_children_along(server):
    server.start()
    server.wait_until_ready()
    server.process.kill()
    server.process.wait()

    end = time.monotonic() + 30
    while server.kinds() & {"gunicorn", "worker", "beat"}:
        assert time.monotonic() < end, server.kinds()
        time.sleep(0.1)
    server.end_what_runs()


def test_ctrl_c_before_anything_runs_leaves_nothing_either(tmp_path):
    server = Server(tmp_path / "data", free_port())
    server.start()
    while not (server.data / "postgres").exists():
        time.sleep(0.02)

    assert server.stop() == 130
    assert server.processes() == []


def test_a_port_in_use_is_named(server):
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", server.port))
        holder.listen()
        server.start()
        code = server.process.wait(timeout=30)

    sentence = (
        f"script/server: 端口 {server.port} 已被占用，请用 PORT=端口号 script/server 换一个。"
    )
    assert (code, server.log.read_text().strip()) == (1, sentence)


def test_a_port_that_is_none_is_named():
    given = {"PATH": os.environ["PATH"], "PORT": "eight"}
    command = [sys.executable, "-m", "config.server"]

    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (
        1,
        "script/server: 环境变量 PORT 应当是整数，现在是“eight”。\n",
    )
