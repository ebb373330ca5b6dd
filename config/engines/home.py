"""
The data directory (DATA_DIR): what it holds, whose it is, and whether it is ours at all.

Everything a process needs to know about the embedded servers without starting them follows from
the path alone, so that settings can name their sockets before anything runs.
"""

import contextlib
import functools
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import psutil

MARKER = "daibiao-data"
MARKER_TEXT = "代表建议系统的数据目录，布局 1。请勿移动或改动其中的文件。\n"
SERVERS = {"postgres", "redis-server"}


class EngineFault(Exception):
    """A reason why the embedded servers cannot run, in one sentence for the person at the keys."""


class Home:
    """One data directory and the account that keeps the servers in it."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).resolve()

    def __repr__(self) -> str:
        return f"Home({str(self.path)!r})"

    def claim(self) -> "Home":
        """
        Make the directory ours, or make sure that it already is.

        :raises EngineFault: if it holds something else or belongs to somebody else.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=0o711)
        owner = self.path.stat().st_uid
        if os.geteuid() not in (0, owner):
            raise EngineFault(
                f"数据目录 {self.path} 属于用户 {_user_name(owner)}，"
                "请用该用户启动，或用 DATA_DIR 另指一个目录。"
            )
        marker = self.path / MARKER
        if not marker.exists():
            if any(self.path.iterdir()):
                raise EngineFault(
                    f"目录 {self.path} 不是空的，也不是本系统的数据目录（没有 {MARKER} 文件），"
                    "为免损坏其中内容不予使用，请用 DATA_DIR 另指一个目录。"
                )
            marker.write_text(MARKER_TEXT, encoding="utf-8")
        return self

    @functools.cached_property
    def keeper(self) -> pwd.struct_passwd:
        """The account that runs the servers: PostgreSQL refuses to run as root."""
        uid = os.geteuid() or self._owner()
        return pwd.getpwuid(uid) if uid else pwd.getpwnam("nobody")

    def _owner(self) -> int:
        return self.path.stat().st_uid if self.path.exists() else 0

    @property
    def sockets(self) -> Path:
        """Where the servers' sockets are: a short path, for the system allows 107 bytes."""
        place = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        return Path(f"/tmp/daibiao-{self.keeper.pw_uid}-{place}")  # noqa: S108 - mode 0700, checked below

    def open_sockets(self) -> Path:
        """
        Make the socket directory, for the keeper alone.

        :raises EngineFault: if another account has put something there first.
        """
        self.make_folder(self.sockets)
        found = self.sockets.lstat()
        is_private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
        if found.st_uid != self.keeper.pw_uid or not is_private:
            raise EngineFault(f"{self.sockets} 已被其他用户占用，请删除后再启动。")
        return self.sockets

    def make_folder(self, folder: Path) -> Path:
        """Make a folder that only the keeper may enter, if there is none."""
        if not os.path.lexists(folder):
            folder.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(folder, self.keeper.pw_uid, self.keeper.pw_gid)
        return folder

    def run(self, argv: Sequence[str | Path], *, timeout: float) -> None:
        """
        Run a program as the keeper, with nothing of this process's environment.

        :raises EngineFault: if it fails; with the last thing it said.
        """
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        command = [*self._step_down(argv), *map(str, argv)]
        # Output goes to a file, not a pipe: the servers keep it open long after the starter ended.
        log = self.make_folder(self.path / "log") / f"{Path(argv[0]).name}.log"
        with log.open("wb") as said:
            done = subprocess.run(  # noqa: S603 - fixed programs, no shell
                command,
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,  # Ctrl-C is for whoever started it, who decides
                timeout=timeout,
                check=False,
            )
        if done.returncode:
            tail = log.read_text(encoding="utf-8", errors="replace").strip()[-1500:]
            raise EngineFault(f"{Path(argv[0]).name} 未能完成（{done.returncode}）：{tail}")

    def _step_down(self, argv: Sequence[str | Path]) -> list[str]:
        """Return the prefix that makes a program run as the keeper."""
        if os.geteuid() == self.keeper.pw_uid:
            return []
        setpriv = shutil.which("setpriv")
        if not setpriv:
            raise EngineFault(
                "以 root 身份运行需要 setpriv（util-linux），请安装它，或改用普通用户启动。"
            )
        account = [f"--reuid={self.keeper.pw_uid}", f"--regid={self.keeper.pw_gid}"]
        prefix = [setpriv, *account, "--clear-groups"]
        if not (_others_reach(self.path) and _others_reach(Path(argv[0]))):
            # The project lies in a folder closed to others (/root, say). Opening that folder is
            # not ours to do; the servers may pass through closed doors instead.
            prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return [*prefix, "--"]

    def residents(self, folder: Path) -> list[psutil.Process]:
        """
        List the live server processes that work in a folder.

        Both servers change into their folder, so this tells a live server from the pid file of
        a dead one whose number now belongs to somebody else.
        """
        return [process for process in psutil.process_iter() if _serves(process, folder)]

    def is_resident(self, pid_file: Path) -> bool:
        """Test if the process that a pid file names is a live server in the file's folder."""
        try:
            process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        except (OSError, ValueError, psutil.Error):
            return False
        return _serves(process, pid_file.parent)

    def await_exit(self, folder: Path, *, seconds: float) -> list[psutil.Process]:
        """Wait for the servers of a folder to end; return those that do not."""
        # Not psutil's own waiting: that would wait for somebody to collect the zombies, too.
        end = time.monotonic() + seconds
        while (staying := self.residents(folder)) and time.monotonic() < end:
            time.sleep(0.02)
        return staying

    def clear(self, folder: Path, *, patience: float) -> None:
        """
        Leave no server in a folder, so that its pid file and socket are known to be dead.

        :raises EngineFault: if one does not end.
        """
        end_at_once(self.await_exit(folder, seconds=patience))
        if self.await_exit(folder, seconds=10):
            raise EngineFault(f"{folder} 中残留的服务进程无法结束，请先手工结束后再启动。")


def end_at_once(processes: Iterable[psutil.Process]) -> None:
    """Kill processes; those that end meanwhile, as a server's helpers do with it, are no fault."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def find_server(name: str, wheel: str, inside: str) -> Path | None:
    """Find a server program that came with a wheel, without importing the wheel's own code."""
    import importlib.util  # noqa: PLC0415 - only the process that starts servers pays for it

    spec = importlib.util.find_spec(wheel)
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (program := Path(place) / inside / name).exists():
            return program.resolve()
    return None


def _serves(process: psutil.Process, folder: Path) -> bool:
    try:
        # The name first: it is the cheapest, and spares somebody's shell that stands in there.
        is_server = process.name() in SERVERS and process.status() != psutil.STATUS_ZOMBIE
        return is_server and process.cwd() == str(folder)
    except psutil.Error:
        return False


def _others_reach(path: Path) -> bool:
    """Test if any account may walk to a path, and into it."""
    place = path.resolve()
    return all(step.stat().st_mode & stat.S_IXOTH for step in (place, *place.parents))


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
