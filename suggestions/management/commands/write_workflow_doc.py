from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from suggestions.workflow_doc import markdown


class Command(BaseCommand):
    help = "Write docs/workflow.md from the table of the workflow."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "workflow.md"
        path.write_text(markdown(), encoding="utf-8")
        self.stdout.write(f"wrote {path}")
