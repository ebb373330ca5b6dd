"""What the settings promise."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from config import celery
from tests.architecture.source import ROOT


def run_check(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run ``manage.py check`` as a deployment would, with nothing of this process's environment."""
    given = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data"), **environment}
    command = [sys.executable, "manage.py", "check", *arguments]
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


PRODUCTION = {
    "DATABASE_URL": "postgresql://app@127.0.0.1/x",
    "DATABASE_OWNER_URL": "postgresql://owner@127.0.0.1/x",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "long-and-random-" * 5,
    "ALLOWED_HOSTS": "jianyi.example",
}


def test_production_starts_without_a_warning(tmp_path):
    done = run_check(tmp_path, "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert done.returncode == 0, done.stderr


def test_production_without_a_secret_says_so_in_one_sentence(tmp_path):
    given = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}

    done = run_check(tmp_path, **given)

    assert (done.returncode, done.stderr) == (
        1,
        "manage.py: 没有设置环境变量 SECRET_KEY：生产环境必须自定密钥。\n",
    )


def test_development_keeps_a_secret_of_its_own(tmp_path):
    run_check(tmp_path)
    first = (tmp_path / "data" / "secret-key").read_text()
    run_check(tmp_path)

    assert len(first) > 60
    assert (tmp_path / "data" / "secret-key").read_text() == first


def test_celery_takes_json_only_and_loses_nothing():
    conf = celery.app.conf

    assert conf.accept_content == conf.result_accept_content == ["json"]
    assert conf.task_serializer == conf.result_serializer == "json"
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost) == (True, True)
    assert conf.worker_prefetch_multiplier == 1


def test_no_task_outlives_the_time_after_which_it_is_handed_on():
    conf = celery.app.conf
    waits = {
        conf.visibility_timeout,
        conf.broker_transport_options["visibility_timeout"],
        conf.result_backend_transport_options["visibility_timeout"],
    }

    assert waits == {celery.VISIBILITY_TIMEOUT}
    assert conf.task_soft_time_limit < conf.task_time_limit < celery.VISIBILITY_TIMEOUT


def test_a_worker_has_a_process_for_each_kind_of_task_however_many_hang():
    kinds = {str(entry["task"]) for entry in celery.BEAT_SCHEDULE.values()}
    started = ["docker-compose.yml", "config/server.py"]

    assert celery.app.conf.worker_concurrency > len(kinds)
    assert [name for name in started if "--concurrency" in (ROOT / name).read_text()] == []


def test_no_page_may_run_what_stands_in_it():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = {source for sources in directives.values() for source in sources}

    assert allowed == {"'none'", "'self'", "data:"}
    assert directives["script-src"] == directives["style-src"] == ["'self'"]


def test_transactions_are_opened_by_services_not_by_requests():
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")


def test_nothing_is_pickled():
    assert settings.CACHES["default"]["OPTIONS"]["serializer"] == "config.cache.JSONSerializer"
    assert settings.SESSION_SERIALIZER.endswith("JSONSerializer")
