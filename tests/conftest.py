"""The ground of every test: the embedded servers, a database owned by its owner, the app role."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connections

from config.database import as_owner
from config.engines.home import EngineFault
from config.engines.lease import hold_embedded_servers

pytest_plugins = ["tests.personas"]


def pytest_configure() -> None:
    try:
        hold_embedded_servers()
    except EngineFault as fault:
        pytest.exit(str(fault), returncode=1)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker,
    django_db_keepdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make the test database as the owner; the tests themselves come as the app role."""
    app = connections["default"]
    real_name = app.settings_dict["NAME"]
    with django_db_blocker.unblock(), as_owner() as owner:
        owner.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=django_db_keepdb)
        app.settings_dict["NAME"] = owner.settings_dict["NAME"]
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        with as_owner() as owner:
            owner.creation.destroy_test_db(real_name, verbosity=0, keepdb=django_db_keepdb)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Let no test see what another cached: rate limits, above all."""
    yield
    cache.clear()
