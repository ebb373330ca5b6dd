"""Export the ledger of a session from the command line (docs/ledger-format.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from congress.models import Congress, Session
from ledgers.services.exporting import summary_of, write_ledger
from suggestions.models import Suggestion


class Command(BaseCommand):
    """Writes the workbook of one session."""

    help = "导出一次会议的建议台账，附汇总表；导出的文件可以原样导入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--congress", required=True, metavar="CODE", help="人大代码")
        parser.add_argument("--session", required=True, metavar="NAME", help="届次会议")
        parser.add_argument("-o", "--output", required=True, metavar="FILE", help="写到哪个文件")

    def handle(self, *args: Any, **options: Any) -> None:
        congress = Congress.objects.filter(code=options["congress"]).first()
        if congress is None:
            raise CommandError(f"没有代码为“{options['congress']}”的人大。")
        session = Session.objects.filter(congress=congress, name=options["session"]).first()
        if session is None:
            raise CommandError(f"{congress}没有名为“{options['session']}”的会议。")
        cases = Suggestion.objects.numbered().filter(congress=congress, session=session)
        summary = summary_of(session, as_of=timezone.localdate(), system=None)
        try:
            with Path(options["output"]).open("wb") as to:
                count = write_ledger(cases, to, summary=summary)
        except OSError as fault:
            raise CommandError(f"文件写不了：{fault.strerror}。") from None
        self.stdout.write(f"已导出{count}件建议：{options['output']}")
