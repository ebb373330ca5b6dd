"""An installation with the demonstration in it: loaded once, copied for each test that asks."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.site import Site


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory) -> Path:
    """The data directory of a site that stands still."""
    site = Site(tmp_path_factory.mktemp("demonstration"))
    with site.running():
        site.manage("migrate", "--verbosity", "0")
        site.manage("load_demo")
        site.manage("collectstatic", "--noinput", "--verbosity", "0")
    return site.home.path


@pytest.fixture
def site(demonstration: Path, tmp_path: Path) -> Iterator[Site]:
    # cp keeps whose the files are: the servers run as somebody else where root runs the tests.
    subprocess.run(["cp", "-a", demonstration, tmp_path / "data"], check=True)
    with Site(tmp_path).running() as running:
        yield running
