import pytest

pytestmark = pytest.mark.django_db


def test_a_living_process_says_so(client):
    assert client.get("/health/live").content == b"ok"


def test_a_living_process_says_so_without_its_servers(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/health/live").status_code == 200


def test_a_process_that_reaches_its_servers_is_ready(client):
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "missing": []})


def test_a_process_without_its_servers_is_not_ready(client, settings):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere.sock?db=0"}
    }

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "missing": ["redis"]})
