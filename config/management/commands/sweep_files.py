from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ledgers.services import jobs
from suggestions.services import sweeping


class Command(BaseCommand):
    help = "删除中断的上传和任务留下的无主文件（一天以前的）。每晚自动执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        count = sweeping.sweep_files(at=now) + jobs.sweep_files(at=now)
        self.stdout.write(f"已删除无主文件 {count} 个。")
