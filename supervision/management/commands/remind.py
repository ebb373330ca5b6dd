"""``manage.py remind [--on DATE]``: what beat runs each day."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from supervision.services import reminders


class Command(BaseCommand):
    help = "查找临期和逾期的期限，写入提醒；同一天重复运行不会重复提醒。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="按哪一天计算，例如 2026-03-09")

    def handle(self, *args: Any, on: date | None = None, **options: Any) -> None:
        now = timezone.now()
        told = reminders.remind(on=on or timezone.localdate(now), at=now)
        self.stdout.write(f"新增提醒{told}条。")
