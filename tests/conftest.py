"""The ground of every test: the embedded servers, a database owned by its owner, the app role."""

import gc
from collections.abc import Iterator

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connections

from common import statements
from config.engines.home import EngineFault
from config.engines.lease import hold_embedded_servers
from tests.database import drop_test_database, make_test_database, use_database

# A deadline would measure the machine, not the code.
hypothesis.settings.register_profile("default", deadline=None, max_examples=200)
hypothesis.settings.register_profile("long", deadline=None, max_examples=10_000)
hypothesis.settings.load_profile("default")

pytest_plugins = ["tests.personas"]


def pytest_configure() -> None:
    # Each statement that is kept is compared with one that is written anew.
    statements.is_verified = True
    try:
        hold_embedded_servers()
    except EngineFault as fault:
        pytest.exit(str(fault), returncode=1)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass by what stays to the end: most of what there is."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """Make the test database as the owner; the tests themselves come as the app role."""
    app = connections["default"]
    real_name = app.settings_dict["NAME"]
    name = app.settings_dict["TEST"]["NAME"] or f"test_{real_name}"
    with django_db_blocker.unblock():
        make_test_database(name)
        use_database(name)
    yield
    with django_db_blocker.unblock():
        use_database(real_name)
        drop_test_database(name)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Let no test see what another cached: rate limits, above all."""
    yield
    cache.clear()
