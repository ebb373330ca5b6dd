"""Print the figures of a session as JSON (docs/ledger-format.md)."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from congress.models import Congress, Session, System
from ledgers.figures import figures


class Command(BaseCommand):
    """Prints one JSON object."""

    help = "按JSON打印一次会议的统计数字，可按某一天的情况，可只统计一个归口系统。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--congress", required=True, metavar="CODE", help="人大代码")
        parser.add_argument("--session", required=True, metavar="NAME", help="届次会议")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="DATE", help="截止日期，默认今天"
        )
        parser.add_argument("--system", metavar="NAME", help="归口系统，如“政府”")

    def handle(self, *args: Any, **options: Any) -> None:
        congress = Congress.objects.filter(code=options["congress"]).first()
        if congress is None:
            raise CommandError(f"没有代码为“{options['congress']}”的人大。")
        session = Session.objects.filter(congress=congress, name=options["session"]).first()
        if session is None:
            raise CommandError(f"{congress}没有名为“{options['session']}”的会议。")
        system = None
        if options["system"]:
            system = System.objects.filter(congress=congress, name=options["system"]).first()
            if system is None:
                raise CommandError(f"{congress}没有名为“{options['system']}”的归口系统。")
        as_of = options["as_of"] or timezone.localdate()
        found = figures(congress, session, as_of, system)
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
