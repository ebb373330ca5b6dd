"""The commands of docker-compose.yml, started by hand with its variables on real servers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.engines.postgres import APP, DATABASE, OWNER, Postgres
from config.environment import redis_number
from tests.deploy.containers import PATIENCE, Container
from tests.deploy.people import Person

pytestmark = pytest.mark.xdist_group("backup")  # whose database number in Redis it shares

#: A number searched for, a name and a password typed at the door.
CANARIES = ["13812345678", "canary-name", "canary-password"]


def here(folder: Path, name: str) -> dict[str, str]:
    url = Postgres(settings.DATA_HOME).url
    name_of_database = connection.settings_dict["NAME"]
    return {
        "DATA_DIR": str(folder / name),
        "DATABASE_URL": url(APP).removesuffix(DATABASE) + name_of_database,
        "DATABASE_OWNER_URL": url(OWNER).removesuffix(DATABASE) + name_of_database,
        "REDIS_URL": redis_number(settings.REDIS_URL, plus=8),
    }


@pytest.fixture
def started(tmp_path) -> Iterator[dict[str, Container]]:
    running = {
        name: Container(name, tmp_path, here(tmp_path, name)) for name in ("web", "worker", "beat")
    }
    try:
        for container in running.values():
            container.start()
        yield running
    finally:
        for container in running.values():
            container.end()


@pytest.mark.django_db(transaction=True)
def test_web_worker_and_beat_become_healthy_stop_when_asked_and_log_json(started):
    for container in started.values():
        container.wait_until_healthy()
    search_and_fail_to_sign_in(Person(started["web"].port))
    codes = {name: container.stop() for name, container in started.items()}

    assert codes == {"web": 0, "worker": 0, "beat": 0}
    for container in started.values():
        # At the end Celery speaks to a person, if one should be there.
        lines = container.log.read_text().partition("\n\nworker: ")[0].splitlines()
        entries = [json.loads(line) for line in lines]
        assert entries
        assert all(entry.keys() >= {"at", "level", "logger", "message"} for entry in entries)
        assert not [canary for canary in CANARIES if canary in container.log.read_text()]


def search_and_fail_to_sign_in(person: Person) -> None:
    """Do what brings words of people's into addresses and forms."""
    asked = [person.get(f"/cases/?q={CANARIES[0]}"), person.get(f"/nowhere/?q={CANARIES[0]}")]
    refused = person.sign_in(CANARIES[1], CANARIES[2])

    assert [answer.status for answer in [*asked, refused]] == [200, 404, 200]


@pytest.mark.django_db(transaction=True)
def test_the_one_shot_migration_ends_well_without_a_warning(tmp_path):
    migrate = Container("migrate", tmp_path, here(tmp_path, "migrate")).start()

    code = migrate.process.wait(timeout=PATIENCE)

    said = migrate.log.read_text()
    assert (code, "System check identified no issues" in said) == (0, True), said
