"""What is installed is what was tested, and it is named without a place to get it from."""

import re
import runpy

from openpyxl import DEFUSEDXML

from tests.architecture.source import ROOT

FILES = ("requirements.txt", "requirements-dev.txt", "constraints.txt")


def test_the_lock_holds_exactly_what_the_requirements_pull_in():
    lock = runpy.run_path(str(ROOT / "tools" / "lock.py"))["lock"]

    assert (ROOT / "constraints.txt").read_text(encoding="utf-8") == lock()


def test_every_direct_requirement_is_pinned_and_says_why_it_is_here():
    for name in FILES[:2]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        for before, line in zip(["", *lines], lines, strict=False):
            if line and line[0].isalpha():
                assert "==" in line, f"{name}: {line}"
                assert before.startswith("# "), f"{name}: {line} has no reason"


def test_no_requirement_names_a_place():
    for name in FILES:
        assert not re.search(r"://|--(extra-)?index|--find", (ROOT / name).read_text("utf-8"))


def test_workbooks_are_read_with_entities_refused():
    assert DEFUSEDXML is True
