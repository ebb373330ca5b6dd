from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.refusals import Refusal
from demonstration.loading import load


class Command(BaseCommand):
    help = "Load the demonstration congress (演示人大) into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the day it shall be (default: today)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["today"] or timezone.localdate()
        try:
            congress = load(today=today)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"已装入演示数据：{congress}（{today:%Y年%m月%d日}）")
