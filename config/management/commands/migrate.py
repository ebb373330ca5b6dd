"""Django's ``migrate``, as the role that owns the tables."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import NotSupportedError
from django.db.backends.base.base import BaseDatabaseWrapper

from config.database import OLDEST_POSTGRESQL, as_owner, prepare


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(options["database"]) as owner:
            _refuse_old(owner)
            prepare(owner)
            super().handle(*args, **options)


def _refuse_old(owner: BaseDatabaseWrapper) -> None:
    try:
        version: int = owner.pg_version // 10_000  # type: ignore[attr-defined]
    except NotSupportedError:  # older than Django itself takes
        version = 0
    if version < OLDEST_POSTGRESQL:
        found = f"现在的是 {version}" if version else "现在的版本更低"
        raise CommandError(
            f"需要 PostgreSQL {OLDEST_POSTGRESQL} 或更高版本，{found}，请升级数据库。"
        )
