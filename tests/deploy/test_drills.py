"""What is left after the worst day: the nightly backup on an empty machine, the archived log."""

import hashlib
import time
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import psycopg2
import pytest
from pyrage import x25519

from config.backup import archive
from tests.deploy.people import Person
from tests.deploy.site import Site, connect

pytestmark = pytest.mark.long

#: Seconds; production has 240 (docker-compose.yml), which a test need not wait for.
ARCHIVE_TIMEOUT = 10
#: Sessions are left out of a backup; the record of it goes on after it.
_OWN_RULES = {"django_session", "audit_auditevent"}


def rows_of(site: Site) -> dict[str, str]:
    """Hash the rows of each table."""
    tables = site.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    hashed = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
    return {
        table: site.ask(hashed.format(f'"{table}"'))[0][0]
        for (table,) in tables
        if table not in _OWN_RULES
    }


def record_of(site: Site, up_to: int) -> str:
    hashed = (
        "SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM audit_auditevent t WHERE id <= %s"
    )
    return site.ask(hashed, up_to)[0][0]


def files_of(site: Site) -> dict[str, str]:
    store = site.home.path / "files"
    return {
        str(path.relative_to(store)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(store.rglob("*"))
        if path.is_file()
    }


def differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [name for name in before | after if before.get(name) != after.get(name)]


def test_a_sealed_backup_brings_everything_back_on_an_empty_machine(site, tmp_path):
    key, place = x25519.Identity.generate(), tmp_path / "backups"
    (tmp_path / "key.txt").write_text(f"# of the drill\n{key}\n")
    rows, files = rows_of(site), files_of(site)
    (last,) = site.ask("SELECT max(id) FROM audit_auditevent")[0]
    record = record_of(site, last)

    said = site.manage("backup", str(place), BACKUP_RECIPIENT=str(key.to_public()))
    folder = archive.complete_archives(place)[-1]
    names = sorted(path.name for path in folder.iterdir())
    in_clear = [path.name for path in folder.iterdir() if "演示".encode() in path.read_bytes()]
    site.ask("UPDATE suggestions_suggestion SET title = '备份之后写的'")
    wipe(site)
    began = time.monotonic()
    refused = site.manage("restore", str(folder), code=1)
    site.manage("restore", str(folder), "--key", str(tmp_path / "key.txt"))
    restored = time.monotonic() - began
    after = (rows_of(site), files_of(site))
    web = site.service("web")
    page = Person(web.port).sign_in("gongwei01")
    served = time.monotonic() - began

    different = [*differing(rows, after[0]), *differing(files, after[1])]
    print(  # noqa: T201 - the figure to report
        f"#68 nightly backup, sealed: {len(rows)} tables and {len(files)} files compared after a "
        f"wipe, differences {len(different)}; RTO {restored:.0f} s to restored and checked, "
        f"{served:.0f} s to the first page"
    )
    assert "已备份到" in said
    assert names == ["database.dump.age", "files.tar.age", "manifest.json"]
    assert in_clear == []
    assert "备份已加密，请用 --key 指定密钥文件" in refused
    assert different == []
    assert files
    assert record_of(site, last) == record
    assert page.status == 200
    assert list(site.home.path.glob("restore-*")) == []


def wipe(site: Site) -> None:
    """Lose the database and the files, as with a disk."""
    site.postgres.stop()
    for place in (site.postgres.data, site.home.path / "files"):
        site.home.run(["/bin/rm", "-rf", place], timeout=60) if place.exists() else None
    site.postgres.ensure()


@pytest.fixture
def archived(site) -> tuple[Site, dict[str, str]]:
    """A site that keeps its log as docker-compose.yml says, only more often."""
    wal = site.home.make_folder(site.folder / "wal")
    given = {"WAL_DIR": str(wal), "WAL_PLACE": str(wal), "PGDATA": str(site.postgres.data)}
    keep_the_log(site, given)
    return site, given


def keep_the_log(site: Site, given: dict[str, str]) -> None:
    script = Path(__file__).parents[2] / "deploy" / "postgres" / "archive.sh"
    words = f"WAL_DIR={given['WAL_DIR']} WAL_PLACE={given['WAL_PLACE']} {script} %p %f"
    site.ask("ALTER SYSTEM SET archive_mode = on")
    site.ask(f"ALTER SYSTEM SET archive_timeout = {ARCHIVE_TIMEOUT}")
    site.ask("ALTER SYSTEM SET archive_command = %s", words)
    site.postgres.stop()
    site.postgres.ensure()


class Writer(Thread):
    """Writes a row with its moment ten times a second until the database is gone."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.session = connect(site.postgres)
        self.written: list[float] = []
        self.over = Event()

    def run(self) -> None:
        with closing(self.session), self.session.cursor() as cursor:
            cursor.execute("CREATE TABLE drill (at double precision)")
            while not self.over.is_set():
                at = time.time()
                try:
                    cursor.execute("INSERT INTO drill VALUES (%s)", [at])
                except psycopg2.Error:
                    return
                self.written.append(at)
                self.over.wait(0.1)


def test_the_archived_log_brings_back_all_but_the_last_moments_and_any_moment_before(archived):
    site, given = archived
    site.script("base-backup.sh", **given)
    writer = Writer(site)
    writer.start()
    time.sleep(ARCHIVE_TIMEOUT)
    rows = rows_of(site)
    rows.pop("drill")
    moment = time.time()
    time.sleep(ARCHIVE_TIMEOUT * 1.5)
    lose_the_disk(site)
    writer.join(timeout=30)
    lost_at = writer.written[-1]

    began = time.monotonic()
    recover(site, given)
    took = time.monotonic() - began
    (found,) = zip(*site.ask("SELECT at FROM drill ORDER BY at"), strict=True)
    missing = lost_at - found[-1]

    lose_the_disk(site)
    recover(site, given, time.strftime("%Y-%m-%d %H:%M:%S+00", time.gmtime(moment)))
    (then,) = zip(*site.ask("SELECT at FROM drill ORDER BY at"), strict=True)
    after = rows_of(site)
    after.pop("drill")
    different = differing(rows, after)

    print(  # noqa: T201 - the figure to report
        f"#68 log archive: disk lost under 10 writes a second, RPO {missing:.1f} s with pieces of "
        f"{ARCHIVE_TIMEOUT} s (240 s in production), RTO {took:.0f} s; back to a moment: "
        f"{len(then)} of {len(writer.written)} rows, none later, {len(rows)} tables compared, "
        f"differences {len(different)}"
    )
    assert list(found) == writer.written[: len(found)]
    assert missing <= 3 * ARCHIVE_TIMEOUT
    assert list(then) == [at for at in writer.written if at < int(moment)][: len(then)]
    assert int(moment) - then[-1] < 5
    assert different == []


def lose_the_disk(site: Site) -> None:
    """Kill the server without a word and take away all that it had."""
    for process in site.home.residents(site.postgres.data):
        process.kill()
    site.home.await_exit(site.postgres.data, seconds=20)
    site.home.run(["/bin/rm", "-rf", site.postgres.data], timeout=60)


def recover(site: Site, given: dict[str, str], *moment: str) -> None:
    site.script("recover.sh", *moment, **given)
    site.postgres.ensure()
    end = time.monotonic() + 120
    while site.ask("SELECT pg_is_in_recovery()") != [(False,)]:
        assert time.monotonic() < end
        time.sleep(0.1)
