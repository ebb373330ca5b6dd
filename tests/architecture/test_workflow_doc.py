from pathlib import Path

from django.conf import settings

from suggestions.workflow_doc import markdown


def test_the_page_on_the_workflow_says_what_the_table_says():
    page = Path(settings.BASE_DIR) / "docs" / "workflow.md"

    assert page.read_text(encoding="utf-8") == markdown()
