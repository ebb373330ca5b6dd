"""docs/glossary.md decides on names; the code follows."""

import re
from collections import Counter
from typing import NamedTuple

from django.db.models import TextChoices

from tests.architecture.source import ROOT, local_apps, local_models


class Row(NamedTuple):
    chinese: str
    identifier: str
    kind: str


def rows() -> list[Row]:
    """Read the tables of the glossary."""
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [Row(*row[:3]) for row in cells if row[0] not in {"中文", "---"}]


def choices() -> dict[str, type[TextChoices]]:
    found: dict[str, type[TextChoices]] = {}
    waiting = list(TextChoices.__subclasses__())
    while waiting:
        group = waiting.pop()
        waiting += group.__subclasses__()
        if group.__module__.split(".")[0] in local_apps():
            found[group.__qualname__] = group
    return found


def test_every_model_is_called_what_the_glossary_says():
    written = {
        row.identifier.strip("`"): row.chinese for row in rows() if row.kind.startswith("model")
    }

    actual = {model.__name__: str(model._meta.verbose_name) for model in local_models()}

    assert actual == written


def test_every_choice_in_the_glossary_is_worded_as_there():
    for row in (row for row in rows() if row.kind == "choices"):
        group, names = re.findall(r"`([^`]+)`", row.identifier)
        written = dict(zip(names.split(" / "), row.chinese.split(" / "), strict=True))

        assert {choice.name: str(choice.label) for choice in choices()[group]} == written


def test_a_chinese_word_of_one_kind_has_one_row():
    counts = Counter((row.chinese, row.kind) for row in rows() if row.kind != "choices")

    assert [word for word, count in counts.items() if count > 1] == []


def test_labels_are_chinese():
    latin = [
        f"{group.__qualname__}.{choice.name}"
        for group in choices().values()
        for choice in group
        if not re.search(r"[\u4e00-\u9fff]", str(choice.label))
    ]

    assert latin == []
