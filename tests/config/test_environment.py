import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment as env

SOCKET = "unix:///tmp/a/redis.sock"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{SOCKET}?db=2", f"{SOCKET}?db=3"),
        (SOCKET, f"{SOCKET}?db=1"),
        ("redis://redis:6379/4", "redis://redis:6379/5"),
        ("rediss://user:pw@redis", "rediss://user:pw@redis/1"),
    ],
)
def test_the_cache_has_the_next_number_of_the_same_redis(url, expected):
    assert env.redis_number(url, plus=1) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{SOCKET}?db=2", "redis+socket:///tmp/a/redis.sock?virtual_host=2"),
        (SOCKET, "redis+socket:///tmp/a/redis.sock?virtual_host=0"),
        ("redis://redis:6379/4", "redis://redis:6379/4"),
    ],
)
def test_celery_gets_the_same_redis_in_its_own_spelling(url, expected):
    assert env.celery_url(url) == expected


@pytest.mark.parametrize(
    ("read", "value", "sentence"),
    [
        (
            lambda: env.flag("X", default=False),
            "maybe",
            "环境变量 X 只能是 1 或 0，现在是“maybe”。",
        ),
        (lambda: env.number("X", 1), "ten", "环境变量 X 应当是整数，现在是“ten”。"),
        (lambda: env.required("X", "必须"), " ", "没有设置环境变量 X：必须。"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_one_sentence(monkeypatch, read, value, sentence):
    monkeypatch.setenv("X", value)

    with pytest.raises(ImproperlyConfigured) as refusal:
        read()

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("no", False), ("", True)])
def test_a_flag_is_a_yes_a_no_or_the_default(monkeypatch, value, expected):
    monkeypatch.setenv("X", value)

    assert env.flag("X", default=True) is expected


def test_words_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("X", "a.example, b.example,")

    assert env.words("X", []) == ["a.example", "b.example"]


def test_a_kept_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    path = tmp_path / "secret"

    first, second = env.kept_secret(path), env.kept_secret(path)

    assert first == second
    assert (len(first) > 60, oct(path.stat().st_mode & 0o777)) == (True, "0o600")
