"""Imports point down, and no app stands outside the layers."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.source import ROOT, local_apps


def test_imports_point_down():
    lint = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [lint, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_every_app_has_a_floor():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]

    packages = set(settings["importlinter"]["root_packages"])

    assert packages == {*local_apps(), "common"}
    assert packages <= set(settings["coverage"]["run"]["source"])
    assert packages <= set(settings["mypy"]["files"])
