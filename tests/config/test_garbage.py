"""A web process does not look for garbage in the middle of every page."""

import os
import subprocess
import sys

from tests.architecture.source import ROOT

_ASK = """
import gc
import config.wsgi
print(gc.get_threshold()[0] >= 10_000, gc.get_freeze_count() > 100_000)
"""


def test_a_web_process_passes_by_what_it_has_loaded():
    done = subprocess.run(
        [sys.executable, "-c", _ASK],
        cwd=ROOT,
        env={**os.environ, "DEVELOPMENT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.split() == ["True", "True"], done.stderr
