"""Restoring a backup (恢复): nothing is touched before the whole archive has been found sound."""

import shutil
import tarfile
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from config.backup import programs, sealing
from config.backup.archive import DATABASE, FILES, BackupFault, Manifest
from config.backup.making import count_rows, read_everything
from config.database import as_owner, make_extensions, prepare, share_no_new_tables

ASIDE = ".before-restore"
# Seconds: a server process outlives its client, our own and those just stopped, by a moment.
LEAVING = 5.0


def check(folder: Path) -> Manifest:
    """
    Test if an archive is sound and fits this release and this database.

    :raises BackupFault: if it does not.
    """
    manifest = Manifest.read(folder)
    manifest.verify(folder)
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    ours = {name.partition(".")[0] for name in known}
    unknown = [name for name in manifest.migrations if name not in known]
    if newer := [name for name in unknown if name.partition(".")[0] in ours]:
        raise BackupFault(f"备份来自更新的版本（含 {newer[0]}），请先升级程序再恢复。")
    roles = (settings.DATABASE_OWNER["USER"], settings.DATABASES["default"]["USER"])
    if roles != (manifest.owner, manifest.app):
        raise BackupFault(
            f"备份中的数据库账号是 {manifest.owner}（所有者）和 {manifest.app}（应用），"
            f"与现在的 {roles[0]} 和 {roles[1]} 不同，请建立同名账号后再恢复。"
        )
    return manifest


def restore(folder: Path, manifest: Manifest, *, replace: bool, key: Path | None = None) -> None:
    """
    Put a checked archive into the database and the file store.

    :raises BackupFault: if either holds something and ``replace`` is not set, if somebody else
        works on the database, if what arrives differs from the manifest, or if ``key`` does not
        open what is sealed.
    """
    with sealing.opened(folder, manifest, key, beside=settings.DATA_DIR) as clear:
        _restore(clear, manifest, replace=replace)


def _restore(folder: Path, manifest: Manifest, *, replace: bool) -> None:
    store = Path(settings.MEDIA_ROOT)
    connections.close_all()
    with as_owner() as owner:
        _refuse_company(owner)
        if not replace:
            _refuse_content(owner, store)
        _empty(owner)
        make_extensions(owner)
        # Else every table would be made with the rights of a new one on top of its own.
        share_no_new_tables(owner)
        with tempfile.TemporaryDirectory() as work:
            programs.restore(owner.settings_dict, folder / DATABASE, work=Path(work))
        _unpack(folder / FILES, store)
        with transaction.atomic():
            read_everything(owner)
            found = count_rows(owner)
        if found != manifest.rows:
            raise BackupFault(f"恢复后的行数与清单不符：{_difference(manifest.rows, found)}。")
        prepare(owner)
        with owner.cursor() as cursor:
            cursor.execute("ANALYZE")
    cache.clear()  # what was counted from the rows before


def _refuse_company(owner: BaseDatabaseWrapper) -> None:
    end = time.monotonic() + LEAVING
    while (others := _count_others(owner)) and time.monotonic() < end:
        time.sleep(0.1)
    if others:
        raise BackupFault(
            f"还有 {others} 个连接在使用这个数据库，请先停止网站、后台任务和定时器再恢复。"
        )


def _count_others(owner: BaseDatabaseWrapper) -> int:
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename IS NOT NULL AND pid <> pg_backend_pid()"
        )
        (others,) = cursor.fetchone()
    return others


def _refuse_content(owner: BaseDatabaseWrapper, store: Path) -> None:
    if owner.introspection.table_names():
        raise BackupFault("目标数据库不是空的；确认要用备份替换其中全部内容时，请加 --replace。")
    if store.exists() and any(store.iterdir()):
        raise BackupFault(f"文件目录 {store} 不是空的；确认要替换时，请加 --replace。")


def _empty(owner: BaseDatabaseWrapper) -> None:
    with owner.cursor() as cursor:
        if owner.introspection.table_names(cursor):
            # The owner of a database may drop its schema with what others own in it.
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
            cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


def _unpack(source: Path, store: Path) -> None:
    """Fill the file store, keeping what was there beside it until somebody removes it."""
    if store.exists() and any(store.iterdir()):
        aside = store.with_name(store.name + ASIDE)
        if aside.exists():
            shutil.rmtree(aside)
        store.rename(aside)
    store.mkdir(exist_ok=True, mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
    with tarfile.open(source) as archive:
        for member in archive:
            _put(archive, member, store)
    for folder in (path for path in store.rglob("*") if path.is_dir()):
        folder.chmod(settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)


def _put(archive: tarfile.TarFile, member: tarfile.TarInfo, store: Path) -> None:
    """
    Take a plain file, with the rights that an upload gets and this process as its owner.

    tarfile's own filters came with Python 3.11.4; Debian 12 has 3.11.2.
    """
    target = (store / member.name).resolve()
    source = archive.extractfile(member) if member.isfile() else None
    if source is None or not target.is_relative_to(store.resolve()):
        raise BackupFault(f"备份的文件包里有不该有的内容：{member.name}。")
    target.parent.mkdir(parents=True, exist_ok=True)
    with source, target.open("wb") as kept:
        shutil.copyfileobj(source, kept)
    target.chmod(settings.FILE_UPLOAD_PERMISSIONS)


def _difference(expected: dict[str, int], found: dict[str, int]) -> str:
    tables = [name for name in expected | found if expected.get(name) != found.get(name)]
    return "、".join(f"{name} {expected.get(name)} → {found.get(name)}" for name in tables[:5])
