"""
The test database: migrated once, then copied.

Running all migrations takes ten seconds; copying a database that has run them takes half a one.
The template carries a fingerprint of what the migrations do, so that a changed migration makes a
new template and no test ever meets an old one.
"""

import ast
import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from config.database import as_owner
from config.engines.postgres import Postgres

ROOT = Path(settings.BASE_DIR)
PREFIX = "test_migrated_"


def make_test_database(name: str) -> None:
    """Make an empty, migrated database of this name, in place of any older one."""
    with as_owner() as owner, _alone(), owner._nodb_cursor() as cursor:
        template = PREFIX + fingerprint()
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if not cursor.fetchone():
            _migrate(owner, cursor, template)
        _drop(cursor, name)
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def drop_test_database(name: str) -> None:
    with as_owner() as owner, owner._nodb_cursor() as cursor:
        _drop(cursor, name)


def _drop(cursor: CursorWrapper, name: str) -> None:
    """Drop a database whoever still looks at it, a thread of the live server or autovacuum."""
    servers = [each for each in settings.EMBEDDED_SERVERS if isinstance(each, Postgres)]
    if not servers:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        return
    # Only its superuser may send away another role's sessions.
    with closing(servers[0].connect()) as session, closing(session.cursor()) as all_powerful:
        session.autocommit = True
        all_powerful.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def fingerprint() -> str:
    """Return what tells one state of the migrations from another."""
    files = sorted(path for path in ROOT.glob("*/migrations/*.py"))
    files += sorted({module for path in files for module in _project_modules(path)})
    files.append(ROOT / "constraints.txt")
    digest = hashlib.sha256(settings.DATABASES["default"]["USER"].encode())
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(owner: BaseDatabaseWrapper, cursor, template: str) -> None:
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    for (old,) in cursor.fetchall():
        _drop(cursor, old)
    # Under another name until it is complete: a run that is cut off leaves no half template.
    _drop(cursor, "test_migrating")
    cursor.execute("CREATE DATABASE test_migrating")
    real_name = owner.settings_dict["NAME"]
    owner.close()
    owner.settings_dict["NAME"] = "test_migrating"
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        owner.close()
        owner.settings_dict["NAME"] = real_name
    cursor.execute(f"ALTER DATABASE test_migrating RENAME TO {template}")


def _project_modules(migration: Path) -> Iterator[Path]:
    """Return the project files that a migration imports, such as the seed of a table."""
    for node in ast.walk(ast.parse(migration.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            path = ROOT / Path(*name.split(".")).with_suffix(".py")
            if path.is_file() and "migrations" not in path.parts:
                yield path


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time look for the template and make it."""
    with (settings.DATA_DIR / "test-database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def use_database(name: str) -> None:
    """Let the app role's connections of this process go to this database."""
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
