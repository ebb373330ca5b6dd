"""Put a backup into an empty database, then test that all of it agrees."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from audit.anchor import Head
from audit.services import record
from config.backup import restoring
from config.backup.archive import BackupFault


class Command(BaseCommand):
    help = "从备份恢复数据库和附件：先校验备份，恢复后检查数据是否一致、审计记录链是否完整。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, metavar="备份目录", help="backup 命令写出的目录")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="数据库或文件目录不是空的也恢复，其中现有内容全部被备份取代",
        )

        parser.add_argument(
            "--key",
            type=Path,
            metavar="密钥文件",
            help="备份加密时，与 BACKUP_RECIPIENT 成对的密钥",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["archive"].resolve()
        try:
            manifest = restoring.check(folder)
            self.stdout.write(f"备份完好（{manifest.made_at}），正在恢复……")
            restoring.restore(folder, manifest, replace=options["replace"], key=options["key"])
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        rows = sum(manifest.rows.values())
        self.stdout.write(f"已恢复{rows}行、{manifest.files}个文件，所有人需要重新登录。")
        if self._is_older():
            self.stdout.write("备份来自较早的版本，正在更新数据表……")
            call_command("migrate", interactive=False, verbosity=0)
        # From here on the record itself says that it was set back.
        detail = {"archive": folder.name, "made_at": manifest.made_at}
        record("database.restore", by=None, at=timezone.now(), detail=detail)
        head = Head.parse(manifest.audit_head) if manifest.audit_head else None
        call_command("check_integrity", anchor=head, stdout=self.stdout)

    def _is_older(self) -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
