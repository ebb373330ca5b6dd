"""A backup is only as good as its restore: a drill on real servers, and what must be refused."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO, StringIO
from pathlib import Path
from threading import Timer

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from audit import sealer
from audit.services import record
from config.backup import archive, programs, restoring
from config.backup.archive import BackupFault
from config.database import as_owner
from config.engines.postgres import APP, DATABASE, OWNER, Postgres
from config.environment import redis_number
from suggestions.attachments import attach
from suggestions.models import Attachment
from tests.architecture.source import ROOT
from tests.factories import NOW
from tests.factories.files import photo
from tests.factories.suggestions import draft_case, seat_of

# One process for all of them: they share the database that is restored into.
pytestmark = pytest.mark.xdist_group("backup")

DRILL = "drill"


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def attachment() -> Attachment:
    """One suggestion with a photograph, and a record of two links."""
    case = draft_case()
    by = seat_of(case.lead_deputy)
    kept = attach(case, photo(), purpose=Attachment.Purpose.SUGGESTION, by=by, at=NOW)
    for action in ("first", "second"):
        record(action, by=by, at=NOW, subject=case)
    sealer.seal()
    return kept


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another database, as empty as its keeper makes it."""
    with as_owner() as owner, owner._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DRILL}")
        cursor.execute(f"CREATE DATABASE {DRILL} TEMPLATE template0")
    yield DRILL
    with as_owner() as owner, owner._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {DRILL}")


def url(role: str, database: str) -> str:
    return Postgres(settings.DATA_HOME).url(role).removesuffix(DATABASE) + database


def restore(folder: Path, data: Path, *options: str) -> tuple[int, str]:
    """Run ``manage.py restore`` as another installation would; return its code and words."""
    given = {
        "PATH": os.environ["PATH"],
        "DEVELOPMENT": "1",
        "DATA_DIR": str(data),
        "DATABASE_URL": url(APP, DRILL),
        "DATABASE_OWNER_URL": url(OWNER, DRILL),
        "REDIS_URL": redis_number(settings.REDIS_URL, plus=8),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "restore", str(folder), *options],
        cwd=ROOT,
        env=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def backup(place: Path, *options: str) -> Path:
    call_command("backup", str(place), *options, stdout=StringIO())
    return archive.complete_archives(place)[-1]


# What stands in each table and who may do what with it, in a form that two databases share.
SHAPE = """
    SELECT relname, relkind, relowner::regrole::text,
           (SELECT array_agg(entry::text ORDER BY entry::text) FROM unnest(relacl) AS entry),
           (SELECT array_agg(concat(tgname, tgenabled, obj_description(t.oid)) ORDER BY tgname)
              FROM pg_trigger t WHERE tgrelid = c.oid AND NOT tgisinternal),
           (SELECT array_agg(conname ORDER BY conname)
              FROM pg_constraint k WHERE conrelid = c.oid)
      FROM pg_class c WHERE relnamespace = 'public'::regnamespace ORDER BY relname
"""


def last_deed(database: str) -> str:
    with closing(psycopg2.connect(url(APP, database))) as session, session.cursor() as cursor:
        cursor.execute("SELECT action FROM audit_auditevent ORDER BY id DESC LIMIT 1")
        return cursor.fetchone()[0]


def shape(database: str) -> list[tuple]:
    with closing(psycopg2.connect(url(OWNER, database))) as session, session.cursor() as cursor:
        cursor.execute(SHAPE)
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_what_was_backed_up_comes_back_row_for_row_and_file_for_file(
    attachment, elsewhere, tmp_path
):
    content = attachment.file.read()
    attachment.file.close()
    folder = backup(tmp_path / "backups")
    manifest = archive.Manifest.read(folder)
    data = tmp_path / "data"

    code, said = restore(folder, data)
    replaced = restore(folder, data, "--replace")

    assert code == 0, said
    assert f"审计记录末端：{manifest.audit_head}\n没有发现问题。" in said
    assert manifest.rows["suggestions_attachment"] == manifest.files == 1
    assert shape(elsewhere) == shape(connection.settings_dict["NAME"])
    kept = data / "files" / attachment.file.name
    assert (kept.read_bytes(), oct(kept.stat().st_mode & 0o777)) == (content, "0o600")
    assert replaced[0] == 0, replaced[1]
    assert last_deed(elsewhere) == "database.restore"
    assert last_deed(connection.settings_dict["NAME"]) == "database.back_up"
    assert (data / "files.before-restore" / attachment.file.name).read_bytes() == content


@pytest.mark.django_db(transaction=True)
def test_a_database_that_holds_something_is_left_alone_unless_told(attachment, tmp_path):
    folder = backup(tmp_path / "backups")

    with pytest.raises(CommandError) as refusal:
        call_command("restore", str(folder), stdout=StringIO())

    assert str(refusal.value) == (
        "目标数据库不是空的；确认要用备份替换其中全部内容时，请加 --replace。"
    )


@pytest.mark.django_db(transaction=True)
def test_nothing_is_restored_under_the_feet_of_a_running_site(attachment, tmp_path, monkeypatch):
    folder = backup(tmp_path / "backups")
    monkeypatch.setattr(restoring, "LEAVING", 0.3)

    with (
        closing(psycopg2.connect(url(APP, connection.settings_dict["NAME"]))),
        pytest.raises(CommandError) as refusal,
    ):
        call_command("restore", str(folder), stdout=StringIO())

    assert str(refusal.value) == (
        "还有 1 个连接在使用这个数据库，请先停止网站、后台任务和定时器再恢复。"
    )


@pytest.mark.django_db(transaction=True)
def test_a_session_that_is_just_leaving_is_waited_for(attachment, tmp_path):
    folder = backup(tmp_path / "backups")
    leaving = psycopg2.connect(url(APP, connection.settings_dict["NAME"]))
    Timer(0.5, leaving.close).start()

    with pytest.raises(CommandError, match="目标数据库不是空的"):
        call_command("restore", str(folder), stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_a_damaged_archive_is_refused_before_anything_is_touched(attachment, tmp_path):
    folder = backup(tmp_path / "backups")
    with (folder / "database.dump").open("r+b") as dump:
        dump.seek(-100, os.SEEK_END)
        dump.write(b"\0")

    with pytest.raises(CommandError) as refusal:
        call_command("restore", str(folder), "--replace", stdout=StringIO())

    assert str(refusal.value) == (
        "备份已损坏：database.dump 与清单中的校验值不符，没有恢复任何内容。"
    )
    assert Attachment.objects.count() == 1


class TestManifest:
    @pytest.fixture
    def folder(self, tmp_path) -> Path:
        (tmp_path / "database.dump").write_bytes(b"rows")
        parts = {"database.dump": archive.Part.of(tmp_path / "database.dump")}
        archive.Manifest(
            made_at=NOW.isoformat(),
            release="1",
            postgresql="18",
            owner=OWNER,
            app=APP,
            migrations=["congress.0999_of_tomorrow"],
            rows={"x": 1},
            files=0,
            missing=[],
            audit_head="",
            parts=parts,
        ).write(tmp_path)
        return tmp_path

    def refusal(self, folder: Path) -> str:
        with pytest.raises(archive.BackupFault) as refused:
            restoring.check(folder)
        return str(refused.value)

    def test_a_changed_number_breaks_the_seal(self, folder):
        manifest = folder / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"x": 1', '"x": 2'))

        assert self.refusal(folder) == f"备份清单 {manifest} 被改动过，备份不能使用。"

    def test_a_missing_part_is_named(self, folder):
        (folder / "database.dump").unlink()

        assert self.refusal(folder) == "备份不完整：缺少 database.dump。"

    def test_a_backup_of_a_later_release_waits_for_the_upgrade(self, folder):
        sentence = "备份来自更新的版本（含 congress.0999_of_tomorrow），请先升级程序再恢复。"

        assert self.refusal(folder) == sentence

    def test_a_folder_that_is_no_backup_is_named(self, tmp_path):
        sentence = f"{tmp_path} 不是备份目录：其中没有 manifest.json。"

        assert self.refusal(tmp_path) == sentence


def test_only_finished_archives_count_and_the_newest_stay(tmp_path):
    for name in ("daibiao-20260101-000000", "daibiao-20260102-000000", "daibiao-20260103-000000"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").touch()
    (tmp_path / "daibiao-20250101-000000.partial").mkdir()
    (tmp_path / "others").mkdir()

    removed = archive.remove_old(tmp_path, keep=2)

    assert [path.name for path in removed] == ["daibiao-20260101-000000"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "daibiao-20250101-000000.partial",
        "daibiao-20260102-000000",
        "daibiao-20260103-000000",
        "others",
    ]


def test_clients_that_speak_tls_are_preferred_where_it_is_asked_for(tmp_path, monkeypatch):
    theirs = tmp_path / "pg_dump"
    theirs.write_text("#!/bin/sh\n")
    theirs.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert programs.program("pg_dump", with_tls=True) == theirs
    assert programs.program("pg_dump") != theirs


def test_a_client_of_the_servers_own_version_is_preferred_to_a_newer_one(tmp_path, monkeypatch):
    theirs = tmp_path / "pg_dump"
    theirs.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)'\n")
    theirs.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert programs.program("pg_dump", server=15) == theirs
    assert [programs.program("pg_dump", server=major) == theirs for major in (16, 18)] == [
        False
    ] * 2


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out.txt"])
def test_nothing_is_written_outside_the_store(tmp_path, name):
    source, store = tmp_path / "files.tar", tmp_path / "store"
    with tarfile.open(source, "w") as made:
        member = tarfile.TarInfo(name)
        made.addfile(member, BytesIO(b""))

    with pytest.raises(BackupFault, match="不该有的内容"):
        restoring._unpack(source, store)

    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["files.tar"]


def test_a_link_is_no_file_of_the_store(tmp_path):
    source = tmp_path / "files.tar"
    with tarfile.open(source, "w") as made:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        made.addfile(link)

    with pytest.raises(BackupFault):
        restoring._unpack(source, tmp_path / "store")
