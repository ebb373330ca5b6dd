"""A data directory with servers of its own, apart from those the other tests stand on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.engines.home import Home
from config.engines.lease import Lease
from config.engines.postgres import Postgres
from config.engines.redis_server import Redis


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    # Far beyond the 107 bytes that the path of a socket may have.
    deep = tmp_path_factory.mktemp("engines") / ("very-long-name-" * 10) / "data"
    home = Home(deep).claim()
    yield home
    for server in (Postgres(home), Redis(home)):
        server.stop()
    shutil.rmtree(home.sockets, ignore_errors=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def postgres(home: Home) -> Postgres:
    server = Postgres(home)
    server.ensure()
    return server


@pytest.fixture
def redis_server(home: Home) -> Redis:
    server = Redis(home)
    server.ensure()
    return server


@pytest.fixture
def lease(home: Home) -> Lease:
    return Lease(home, [Postgres(home), Redis(home)])
