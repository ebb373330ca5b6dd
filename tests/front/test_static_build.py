"""The built front-end files are those of their sources, and light enough for a train."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
MANIFEST = json.loads((ROOT / "frontend" / "built.json").read_text(encoding="utf-8"))
KB = 1024


@pytest.mark.parametrize("kind", ["sources", "built"])
def test_checksums_are_those_of_the_last_build(kind):
    actual = {
        path: hashlib.sha256((ROOT / path).read_bytes()).hexdigest() for path in MANIFEST[kind]
    }

    assert actual == MANIFEST[kind]


def test_every_source_went_into_the_build():
    folders = [ROOT / "frontend/scss", ROOT / "frontend/js"]
    sources = {path.relative_to(ROOT).as_posix() for folder in folders for path in folder.iterdir()}

    assert sources <= set(MANIFEST["sources"])


@pytest.mark.parametrize(
    ("path", "limit"),
    [("css/app.css", 28), ("vendor/htmx.min.js", 17.5), ("vendor/echarts.min.js", 200)],
)
def test_files_are_light(path, limit):
    assert len(gzip.compress((ROOT / "static" / path).read_bytes())) <= limit * KB


def test_our_own_scripts_are_small():
    assert sum(path.stat().st_size for path in (ROOT / "static/js").glob("*.js")) < 10 * KB


def test_htmx_is_the_pinned_one():
    assert 'version:"2.0.11"' in (ROOT / "static/vendor/htmx.min.js").read_text(encoding="utf-8")


def test_nothing_shown_in_style_sheets_comes_from_elsewhere():
    sheet = (ROOT / "static/css/app.css").read_text(encoding="utf-8")

    assert re.findall(r"url\((?![\"']?data:)[^)]*\)", sheet) == []
    assert "@import" not in sheet
    assert "italic" not in sheet


def test_the_lock_names_no_address_of_a_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))

    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_every_file_that_a_template_names_is_there():
    named = re.compile(r"""{%\s*static\s+['"]([^'"]+)['"]""")
    wanted = {
        (path.name, file)
        for path in (ROOT / "templates").rglob("*.html")
        for file in named.findall(path.read_text(encoding="utf-8"))
    }

    assert [each for each in wanted if not (ROOT / "static" / each[1]).exists()] == []
