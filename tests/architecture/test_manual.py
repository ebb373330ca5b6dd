"""The user manual (docs/手册) speaks of what is there: its links lead somewhere, and a name that it
quotes is on a page."""

import re

import pytest

from tests.architecture.source import ROOT

CHAPTERS = sorted((ROOT / "docs" / "手册").glob("*.md"))
APPS = ("accounts", "assignment", "congress", "desk", "evaluation", "handling", "ledgers")
PLACES = (*APPS, "notices", "suggestions", "supervision", "templates")


@pytest.fixture(scope="module")
def on_pages() -> str:
    files = [path for place in PLACES for path in (ROOT / place).rglob("*.*")]
    words = [path.read_text("utf-8") for path in files if path.suffix in {".py", ".html"}]
    return "\n".join(words)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_each_link_and_picture_is_there(chapter):
    targets = re.findall(r"\]\(([^)#]+)\)", chapter.read_text("utf-8"))

    assert [target for target in targets if not (chapter.parent / target).exists()] == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_each_name_it_quotes_is_on_a_page(chapter, on_pages):
    quoted = re.findall(r"“([^”…]+)”", chapter.read_text("utf-8"))

    assert [name for name in quoted if name not in on_pages] == []


def test_there_is_a_chapter_for_each_role():
    assert len(CHAPTERS) == 8
