"""Import a ledger workbook from the command line (docs/ledger-format.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from common.refusals import Refusal
from ledgers.services.importing import LedgerFaulty, import_ledger


class Command(BaseCommand):
    """Reads FILE into a congress: all or nothing."""

    help = "导入建议台账：全部检查通过才写入；有问题逐格列出，退出码1；同一文件导入两次不会重复。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="台账工作簿（.xlsx）")
        parser.add_argument("--congress", required=True, metavar="CODE", help="人大代码")
        parser.add_argument(
            "--create", action="store_true", help="新建台账中提到而系统中没有的人大、会议、单位等"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with Path(options["file"]).open("rb") as file:
                outcome = import_ledger(
                    file,
                    congress=options["congress"],
                    create=options["create"],
                    by=None,
                    at=timezone.now(),
                )
        except LedgerFaulty as faulty:
            for fault in faulty.faults:
                self.stdout.write(str(fault))
            raise CommandError(str(faulty)) from None
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as fault:
            raise CommandError(f"文件打不开：{fault.strerror}。") from None
        self.stdout.write(str(outcome))
