"""A background task that fails is counted and told of; one that hangs holds up no other."""

from datetime import timedelta

import pytest
from billiard.exceptions import SoftTimeLimitExceeded, WorkerLostError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.celery import BEAT_SCHEDULE, app
from config.failures import WORDS, note_failure
from config.jobs import Bell, OutOfMemory, only_run
from config.models import FailedTask
from notices.models import Alert
from tests.factories import NOW, TODAY
from tests.together import at_once

TASK = "supervision.tasks.remind"


def test_every_task_has_words():
    assert {str(entry["task"]) for entry in BEAT_SCHEDULE.values()} == set(WORDS)


def test_every_task_is_a_bell():
    app.loader.import_default_modules()

    assert all(isinstance(app.tasks[name], Bell) for name in WORDS)


def test_what_is_rung_every_few_seconds_ends_within_minutes():
    frequent = [entry for entry in BEAT_SCHEDULE.values() if entry["schedule"] in (20.0, 30.0)]

    assert {entry["options"]["time_limit"] for entry in frequent} == {150}


@pytest.mark.django_db
class TestNoteFailure:
    def test_counts_by_task_day_and_way(self):
        note_failure(TASK, ValueError("关于某人的话"), at=NOW)
        note_failure(TASK, ValueError("另一句"), at=NOW + timedelta(hours=1))
        note_failure(TASK, SoftTimeLimitExceeded(), at=NOW)
        note_failure(TASK, WorkerLostError(), at=NOW)
        note_failure(TASK, OutOfMemory(), at=NOW)

        rows = FailedTask.objects.order_by("pk").values_list("day", "kind", "error", "times")
        assert list(rows) == [
            (TODAY, "fault", "ValueError", 2),
            (TODAY, "too_long", "SoftTimeLimitExceeded", 1),
            (TODAY, "killed", "WorkerLostError", 1),
            (TODAY, "out_of_memory", "OutOfMemory", 1),
        ]

    def test_tells_the_system_administrators_once_a_day(self, system_admin, staff):
        for hour in range(3):
            note_failure(TASK, ValueError(), at=NOW + timedelta(hours=hour))
        note_failure(TASK, ValueError(), at=NOW + timedelta(days=1))

        said = Alert.objects.values_list("recipient", "text", "link")
        text = "后台任务“期限提醒”今天执行失败，请查看。"
        assert list(said) == [(system_admin.pk, text, reverse("failed_tasks"))] * 2


@pytest.mark.django_db
class TestPage:
    def test_shows_how_a_task_failed_and_nothing_of_its_words(self, client_of, system_admin):
        note_failure(TASK, ValueError("关于某人的话"), at=NOW)

        page = client_of(system_admin).get(reverse("failed_tasks")).content.decode()

        assert "期限提醒" in page
        assert "ValueError" in page
        assert "关于某人的话" not in page

    def test_says_when_nothing_failed(self, client_of, system_admin):
        page = client_of(system_admin).get(reverse("failed_tasks")).content.decode()

        assert "没有失败的任务" in page

    def test_asks_no_more_for_more_rows(self, client_of, system_admin):
        client = client_of(system_admin)
        client.get(reverse("failed_tasks"))

        def queries(day):
            note_failure(TASK, ValueError(), at=NOW + timedelta(days=day))
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse("failed_tasks"))
            return len(captured)

        assert queries(1) == queries(2)

    def test_is_for_nobody_else(self, client_of, staff, security_admin):
        url = reverse("failed_tasks")

        assert [client_of(who).get(url).status_code for who in (staff, security_admin)] == [403] * 2


@pytest.mark.django_db(transaction=True)
class TestBell:
    def test_a_ring_goes_by_while_the_task_is_at_work(self):
        def ring_twice():
            with only_run("a task") as first:
                (second,) = at_once(lambda: _try("a task"))
                (other,) = at_once(lambda: _try("another"))
            return first, second, other

        assert ring_twice() == (True, False, True)
        assert _try("a task")

    def test_lets_go_of_a_task_that_failed(self):
        with pytest.raises(ValueError, match="poison"), only_run("a task"):
            raise ValueError("poison")

        assert at_once(lambda: _try("a task")) == [True]


def _try(name):
    with only_run(name) as is_mine:
        return is_mine
