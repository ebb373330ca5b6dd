"""Whose a data directory is."""

import os
import pwd
import shutil
import subprocess
import sys
from contextlib import closing

import pytest

from config.engines.home import MARKER, EngineFault, Home
from config.engines.postgres import Postgres
from tests.architecture.source import ROOT

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
NOBODY = pwd.getpwnam("nobody")
BECOME = [
    "setpriv",
    f"--reuid={NOBODY.pw_uid}",
    f"--regid={NOBODY.pw_gid}",
    "--clear-groups",
    # The interpreter of the tests may lie where only root may walk.
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--",
]


def run_as_nobody(program: str, folder) -> subprocess.CompletedProcess[str]:
    command = [*BECOME, sys.executable, "-c", program, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_an_empty_directory_becomes_ours(folder):
    folder.mkdir()

    Home(folder).claim()

    assert [path.name for path in folder.iterdir()] == [MARKER]


def test_a_directory_of_somebody_elses_things_is_refused(folder):
    folder.mkdir()
    (folder / "thesis.docx").write_text("…")

    with pytest.raises(EngineFault) as refusal:
        Home(folder).claim()

    assert str(refusal.value) == (
        f"目录 {folder} 不是空的，也不是本系统的数据目录（没有 {MARKER} 文件），"
        "为免损坏其中内容不予使用，请用 DATA_DIR 另指一个目录。"
    )
    assert [path.name for path in folder.iterdir()] == ["thesis.docx"]


def test_a_claimed_directory_may_be_claimed_again(folder):
    Home(folder).claim()
    (folder / "files").mkdir()

    assert Home(folder).claim().path == folder


def test_a_socket_directory_open_to_others_is_refused(folder):
    home = Home(folder).claim()
    home.sockets.mkdir(mode=0o777)
    home.sockets.chmod(0o777)

    try:
        with pytest.raises(EngineFault, match="已被其他用户占用"):
            home.open_sockets()
    finally:
        shutil.rmtree(home.sockets)


@as_root
def test_the_directory_of_another_user_is_refused_in_one_sentence(folder):
    Home(folder).claim()

    done = run_as_nobody(
        "import sys; from config.engines.home import Home; Home(sys.argv[1]).claim()", folder
    )

    assert done.stderr.splitlines()[-1] == (
        f"config.engines.home.EngineFault: 数据目录 {folder} 属于用户 root，"
        "请用该用户启动，或用 DATA_DIR 另指一个目录。"
    )


@as_root
def test_an_ordinary_user_needs_no_help(folder):
    folder.mkdir()
    os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)

    done = run_as_nobody(
        """
import sys
from contextlib import closing
from config.engines.home import Home
from config.engines.lease import Lease
from config.engines.postgres import Postgres
from config.engines.redis_server import Redis
home = Home(sys.argv[1])
lease = Lease(home, [Postgres(home), Redis(home)])
lease.enter()
print(home.keeper.pw_name, [server.is_alive() for server in lease.servers])
lease.leave()
print([server.is_alive() for server in lease.servers])
""",
        folder,
    )

    assert (done.stdout, done.stderr) == ("nobody [True, True]\n[False, False]\n", "")


@as_root
def test_root_keeps_the_servers_of_a_users_directory_as_that_user(folder):
    folder.mkdir()
    os.chown(folder, NOBODY.pw_uid, NOBODY.pw_gid)

    assert Home(folder).claim().keeper == NOBODY


@as_root
def test_root_keeps_servers_in_a_directory_closed_to_all_others(folder):
    folder.mkdir(mode=0o700)
    server = Postgres(Home(folder).claim())

    try:
        server.ensure()
        with closing(server.connect()) as session:
            alive = session.closed == 0
    finally:
        server.stop()
        shutil.rmtree(server.home.sockets, ignore_errors=True)

    assert alive
