"""Making a backup (备份) while the site runs: rows and files of one and the same moment."""

import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import FileField
from django.utils import timezone

from audit import anchor
from config.backup import programs, sealing
from config.backup.archive import DATABASE, FILES, PARTIAL, BackupFault, Manifest, Part
from config.database import as_owner

#: May read every table, also those that the owner of the others does not own.
READS_ALL = "pg_read_all_data"
WITHOUT_ROWS = {"django_session"}


def make(place: Path, *, at: datetime) -> tuple[Path, Manifest]:
    """
    Make a backup in a folder of its own under ``place``; return it with its manifest.

    :raises BackupFault: if it cannot be completed; nothing of it is left then.
    """
    finished = place / f"daibiao-{timezone.localtime(at):%Y%m%d-%H%M%S}"
    work = finished.with_name(finished.name + PARTIAL)
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        work.mkdir(mode=0o700)
    except FileExistsError:
        raise BackupFault(f"另一个备份正在写入 {work}。") from None
    except OSError as error:
        raise BackupFault(f"不能在 {place} 写入备份：{error.strerror}。") from error
    try:
        manifest = _fill(work, at=at)
        manifest.write(work)
        work.rename(finished)
    except BaseException:
        shutil.rmtree(work)
        raise
    return finished, manifest


def _fill(work: Path, *, at: datetime) -> Manifest:
    to = sealing.recipient(settings.BACKUP_RECIPIENT)
    database, files = (work / sealing.name_of(part, to) for part in (DATABASE, FILES))
    with _one_moment() as (owner, snapshot, role):
        with sealing.writing(database, to) as target:
            programs.dump(owner.settings_dict, target, snapshot=snapshot, role=role)
        names = stored_names()
        with sealing.writing(files, to) as target:
            missing = _pack(target, names)
        return Manifest(
            made_at=at.isoformat(),
            release=settings.RELEASE,
            postgresql=_server_version(owner),
            owner=owner.settings_dict["USER"],
            app=settings.DATABASES[owner.alias]["USER"],
            migrations=applied_migrations(owner),
            rows=count_rows(owner),
            files=len(names) - len(missing),
            missing=missing,
            audit_head=str(anchor.head() or ""),
            parts={path.name: Part.of(path) for path in (database, files)},
        )


@contextmanager
def _one_moment() -> Iterator[tuple[BaseDatabaseWrapper, str, str | None]]:
    """Hold the database still for this thread, as its owner, and let pg_dump see the same."""
    with as_owner() as owner, transaction.atomic(), owner.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        role = read_everything(owner)
        cursor.execute("SELECT pg_export_snapshot()")
        yield owner, cursor.fetchone()[0], role


def read_everything(owner: BaseDatabaseWrapper) -> str | None:
    """Read the tables of others, too, until the transaction ends; return the role for that."""
    with owner.cursor() as cursor:
        # Before PostgreSQL 16 every member may take on the role.
        right = "SET" if owner.pg_version >= 160_000 else "MEMBER"
        cursor.execute("SELECT pg_has_role(current_user, %s, %s)", [READS_ALL, right])
        if cursor.fetchone() != (True,):
            return None  # a database whose keeper has not granted it, with a single role perhaps
        cursor.execute(f"SET LOCAL ROLE {READS_ALL}")
    return READS_ALL


def stored_names() -> list[str]:
    """Return the names of all files that some row names."""
    names: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FileField):
                names |= set(model._base_manager.values_list(field.name, flat=True))
    return sorted(names - {"", None})


def _pack(target: BinaryIO, names: list[str]) -> list[str]:
    """Put files into an archive; return those that the store does not have."""
    missing = []
    # Photographs and office documents are compressed already.
    with tarfile.open(fileobj=target, mode="w|") as archive:
        for name in names:
            try:
                archive.add(default_storage.path(name), arcname=name, recursive=False)
            except FileNotFoundError:
                missing.append(name)
    return missing


def count_rows(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """Count the rows of each table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [table for (table,) in cursor.fetchall() if table not in WITHOUT_ROWS]
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


def applied_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the migrations that made the tables what they are."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _server_version(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
