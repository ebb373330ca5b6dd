"""
``script/server``: the whole system on one machine, started, watched and stopped together.

Starts the embedded servers, brings the database up to date, loads the demonstration congress into
an empty one, and runs web, Celery worker and beat until Ctrl-C or SIGTERM.
"""

import argparse
import fcntl
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from types import FrameType
from typing import IO

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# This command is for one's own machine; a production site runs the parts one by one (docs).
os.environ.setdefault("DEVELOPMENT", "1")

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.engines.home import EngineFault
from config.engines.lease import Lease
from config.processes import Child

PATIENCE = 20.0
LOOK_AFTER_SERVERS = 5.0


class ServerFault(Exception):
    """A reason why the system cannot run, in one sentence."""


class Supervisor:
    """Web, worker and beat as one."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.is_asked_to_stop = False
        self.is_preparing = False
        self.children = [
            Child("web", web_arguments()),
            Child("worker", [*CELERY, "worker", *WORKER_OPTIONS]),
            Child("beat", [*CELERY, "beat", "--loglevel=WARNING", "--pidfile="]),
        ]

    def catch_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_signal)

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        is_first, self.is_asked_to_stop = not self.is_asked_to_stop, True
        if is_first and self.is_preparing:
            raise KeyboardInterrupt  # no child runs yet that must be ended in order

    def prepare(self, choice: argparse.Namespace) -> None:
        """
        Make everything ready that the children stand on.

        :raises KeyboardInterrupt: if somebody asks to stop.
        """
        # Asked to stop before this, while the servers were starting: a server that is half up can
        # neither be stopped nor left behind, so the signal waited.
        self.is_preparing = True
        if self.is_asked_to_stop:
            raise KeyboardInterrupt
        prepare_database(choice)
        self.is_preparing = False

    def start(self) -> None:
        """
        Start everything and wait until the first page can be served.

        :raises ServerFault: if the web process does not get ready.
        """
        for child in self.children:
            child.start()
        end = time.monotonic() + 60
        while not self.is_asked_to_stop and not answers():
            if time.monotonic() > end or not self.children[0].is_running:
                raise ServerFault("网站进程没有起来，原因见上面的输出。")
            time.sleep(0.1)

    def watch(self) -> None:
        """
        Keep everything running until somebody asks to stop.

        :raises ServerFault: if a process fails again and again.
        """
        last_look = time.monotonic()
        while not self.is_asked_to_stop:
            for child in self.children:
                self._mind(child)
            if time.monotonic() - last_look > LOOK_AFTER_SERVERS:
                self.lease.renew()
                last_look = time.monotonic()
            time.sleep(0.5)

    def _mind(self, child: Child) -> None:
        if child.is_running:
            return
        if child.keeps_failing:
            raise ServerFault(f"{child.name} 反复退出，原因见上面的输出。")
        say(f"{child.name} 意外退出，正在重新启动。")
        child.start()

    def stop(self) -> None:
        """End all processes, the last started first, giving each the time to finish its work."""
        for child in reversed(self.children):
            child.ask_to_stop()
        end = time.monotonic() + PATIENCE
        for child in reversed(self.children):
            child.make_stop(seconds=max(0.1, end - time.monotonic()))


CELERY = ["celery", "--quiet", "-A", "config.celery"]
WORKER_OPTIONS = ["--loglevel=WARNING", "--without-gossip", "--without-mingle"]


def web_arguments() -> list[str]:
    """Return gunicorn's command line: two processes of eight threads, the code loaded once."""
    options = {
        "--bind": f"{settings.HOST}:{settings.PORT}",
        "--worker-class": "gthread",
        "--workers": "2",
        "--threads": "8",
        "--timeout": "60",
        "--graceful-timeout": "10",
        "--keep-alive": "5",
        "--log-level": "warning",
    }
    words = [word for pair in options.items() for word in pair]
    return ["gunicorn", "config.wsgi", "--preload", "--no-control-socket", *words]


def answers() -> bool:
    """Test if the web process serves and reaches what it stands on."""
    # No proxy of the environment's stands between a machine and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(
            f"http://{settings.HOST}:{settings.PORT}/health/ready", timeout=5
        ) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def say(text: str) -> None:
    print(text, flush=True)


def claim_port() -> None:
    """
    Make sure that the port is free.

    :raises ServerFault: if it is not.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError as error:
            sentence = f"端口 {settings.PORT} 已被占用，请用 PORT=端口号 script/server 换一个。"
            raise ServerFault(sentence) from error


def claim_data() -> IO[str]:
    """
    Make sure that no other server works on this data directory: two beats would ring twice.

    :raises ServerFault: if one does.
    """
    lock = (settings.DATA_DIR / "server.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        sentence = f"数据目录 {settings.DATA_DIR} 已有一个 script/server 在使用。"
        raise ServerFault(sentence) from error
    return lock


def has_unapplied_migrations() -> bool:
    """Test if ``migrate`` has work; asking is quick where a run of it that does nothing is not."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def prepare_database(choice: argparse.Namespace) -> None:
    """Bring the tables up to date, and load the demonstration where it belongs."""
    if has_unapplied_migrations():
        say("正在建立或更新数据表……")
        call_command("migrate", interactive=False, verbosity=0)
    from congress.models import Congress  # noqa: PLC0415 - the apps are loaded only now

    is_own_database = bool(settings.EMBEDDED_SERVERS)
    may_load = choice.demo or (is_own_database and not choice.no_demo)
    if may_load and "load_demo" in get_commands() and not Congress.objects.exists():
        say("数据库是空的，正在载入演示数据（约一分钟）……")
        call_command("load_demo", verbosity=0)


def describe() -> str:
    """Return what a person needs who just started the system."""
    from congress.models import Congress  # noqa: PLC0415 - the apps are loaded only now

    lines = ["", f"系统已启动：http://{settings.HOST}:{settings.PORT}/    （按 Ctrl-C 停止）"]
    if Congress.objects.filter(is_demonstration=True).exists():
        lines += [f"演示账号（密码均为 {settings.DEMO_PASSWORD}）：", *DEMO_ACCOUNTS]
    elif not Congress.objects.exists():
        lines.append(
            "数据库是空的，请运行 .venv/bin/python manage.py setup_congress 建立人大与管理员账号。"
        )
    return "\n".join([*lines, ""])


DEMO_ACCOUNTS = [
    "  daibiao01 … daibiao12            代表（01 兼代表团团长，05 兼 danwei05 负责人）",
    "  tuan01                           代表团联络员",
    "  mishu01                          大会秘书处议案建议组",
    "  gongwei01  gongwei02  gongwei00  代表工委（00 为主任）",
    "  ducha01  dangban01               政府督查室、党委督查室",
    "  danwei01 … danwei06              承办单位承办人（加 -head 为单位负责人，如 danwei01-head）",
    "  zhuanwei01                       专门委员会",
    "  lingdao01  lingban01             常委会领导、领办领导",
    "  sysadmin  secadmin  auditor      系统、安全、审计管理员",
]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/server")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--demo", action="store_true", help="外部数据库为空时也载入演示数据")
    which.add_argument("--no-demo", action="store_true", help="不载入演示数据")
    return parser.parse_args(arguments)


def run(choice: argparse.Namespace) -> None:
    """Run until asked to stop."""
    claim_port()
    lease = Lease(settings.DATA_HOME, settings.EMBEDDED_SERVERS)
    supervisor = Supervisor(lease)
    supervisor.catch_signals()
    lock = claim_data()
    try:
        lease.enter()
        django.setup()
        supervisor.prepare(choice)
        supervisor.start()
        say(describe())
        supervisor.watch()
    finally:
        say("正在停止……")
        supervisor.stop()
        lease.leave()
        lock.close()


def main() -> None:
    try:
        run(parse(sys.argv[1:]))
    except (EngineFault, ServerFault, CommandError, ImproperlyConfigured) as fault:
        sys.exit(f"script/server: {fault}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
