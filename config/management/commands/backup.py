"""Write the database and the files into a new folder, while the site runs."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit.services import record
from config.backup.archive import BackupFault, remove_old
from config.backup.making import make


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("应为不小于 1 的整数。")
    return int(text)


class Command(BaseCommand):
    help = "备份数据库和附件：在指定目录下新建一个备份，附校验清单。网站可以照常运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", type=Path, metavar="目录", help="存放备份的目录")
        parser.add_argument(
            "--keep", type=at_least_one, metavar="份数", help="完成后只保留最新的若干份，删除其余"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        place = options["place"].resolve()
        at = timezone.now()
        try:
            archive, manifest = make(place, at=at)
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        size = sum(part.bytes for part in manifest.parts.values()) / 1_000_000
        rows = sum(manifest.rows.values())
        detail = {"archive": archive.name, "rows": rows, "files": manifest.files}
        record("database.back_up", by=None, at=at, detail=detail)
        self.stdout.write(f"已备份到 {archive}：{rows}行，{manifest.files}个文件，{size:.1f}MB。")
        self.stdout.write(f"审计记录末端：{manifest.audit_head or '尚无'}")
        for name in manifest.missing:
            self.stderr.write(f"注意：记录中有文件 {name}，但文件目录中没有。")
        if options["keep"]:
            for old in remove_old(place, keep=options["keep"]):
                self.stdout.write(f"已删除旧备份 {old.name}。")
