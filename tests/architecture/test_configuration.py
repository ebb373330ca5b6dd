"""docs/configuration.md names exactly the environment variables that something reads."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import ROOT, parsed

READERS = {"text", "flag", "number", "words", "times", "one_of", "required"}
# Read by a script, or set by a test runner.
BY_SCRIPTS = {"PYTHON"}
NOT_FOR_PEOPLE = {"PYTEST_XDIST_WORKER"}


def names_read() -> Iterator[str]:
    """Return the variables that modules ask of config/environment.py."""
    for path in (ROOT / "config").rglob("*.py"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of = node.func.value
                if isinstance(of, ast.Name) and of.id == "env" and node.func.attr in READERS:
                    yield ast.literal_eval(node.args[0])


def names_documented() -> set[str]:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+`) \|", page, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_every_variable_that_is_read_is_documented_and_no_other():
    assert names_documented() == set(names_read()) - NOT_FOR_PEOPLE | BY_SCRIPTS
