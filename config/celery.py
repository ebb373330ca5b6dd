"""
Background work: json only, nothing lost when a worker dies, nothing run at a far-off time.

PostgreSQL holds what must be done; Redis only rings. A task is therefore acknowledged after it
ran, may run twice, and is safe to (quality rule 1.2).
"""

import gc
import os
import resource

from celery import Celery
from celery.schedules import crontab
from celery.signals import (
    beat_init,
    worker_before_create_process,
    worker_init,
    worker_process_init,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

from config.engines.lease import hold_embedded_servers
from config.environment import celery_url

# How long Redis waits before it hands a taken task to another worker. Every time limit and every
# countdown stays below it, else a task that still runs is started again, and again.
VISIBILITY_TIMEOUT = 60 * 60
HARD_LIMIT = 30 * 60
SOFT_LIMIT = HARD_LIMIT - 60
#: What one run of a task that is rung every few seconds may take; more of it comes with the next.
SHORT = {"soft_time_limit": 120, "time_limit": 150}
#: What a process of the worker may allocate, in bytes: a task that wants more fails alone instead
#: of taking the machine with it.
MEMORY_LIMIT = 1024**3
#: A process that ever held so much makes room for a fresh one after its task, in KiB: what a large
#: ledger took is never held by all of them, one after the other. A fresh one holds 140 MB, nearly
#: all of it shared.
MEMORY_KEPT = 200_000

# Filled by the owners of the tasks: name → {"task": dotted path, "schedule": …}. A ring that nobody
# heard in time is dropped (``expires``): the next one finds the same rows.
BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "seal the record": {
        "task": "audit.tasks.seal_audit_record",
        "schedule": 20.0,
        "options": {"expires": 20, **SHORT},
    },
    "anchor the record": {
        "task": "audit.tasks.anchor_audit_record",
        "schedule": crontab(hour=0, minute=5),
    },
    "group alerts": {
        "task": "notices.tasks.group_alerts",
        "schedule": 30.0,
        "options": {"expires": 30, **SHORT},
    },
    "deliver messages": {
        "task": "notices.tasks.deliver_messages",
        "schedule": 30.0,
        "options": {"expires": 30, **SHORT},
    },
    "tell of messages in doubt": {
        "task": "notices.tasks.tell_of_stuck_messages",
        "schedule": crontab(hour=8, minute=30),
    },
    # Before the offices open, so that the day begins with what is due; then again, for a ring that
    # nobody heard. What was said is not said again.
    "remind": {
        "task": "supervision.tasks.remind",
        "schedule": crontab(hour="7,9,11,13,15,17", minute=30),
        "options": {"expires": 3600},
    },
    "talks nobody disputed": {
        "task": "handling.tasks.settle_talks",
        "schedule": crontab(hour=1, minute=10),
    },
    "cases that every unit answered": {
        "task": "handling.tasks.settle_answers",
        "schedule": crontab(hour=1, minute=20),
    },
    # Every night, not once a year: a night without power must not cost a year's carrying over.
    "promises of earlier years": {
        "task": "handling.tasks.carry_promises_over",
        "schedule": crontab(hour=1, minute=30),
    },
    # A look at one mark, unless the calendar changed.
    "deadlines after a notice": {
        "task": "suggestions.tasks.reckon_deadlines",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "deadlines by the calendar": {
        "task": "suggestions.tasks.reckon_deadlines",
        "schedule": crontab(hour=1, minute=40),
        "kwargs": {"always": True},
    },
    "files of nobody": {
        "task": "suggestions.tasks.sweep_files",
        "schedule": crontab(hour=2, minute=20),
    },
    "ledger-jobs": {"task": "ledgers.tasks.run_jobs", "schedule": 60.0},
    "ledger-files": {"task": "ledgers.tasks.remove_expired", "schedule": 3600.0},
}

#: As many processes as there are kinds of tasks: of each kind one runs at a time (``config.jobs``),
#: so however many of them hang, there is a process for the next (decision 0703). Two more, for a
#: task whose process was killed counts as running for ten seconds, twice.
PROCESSES = len({str(entry["task"]) for entry in BEAT_SCHEDULE.values()}) + 2

app = Celery("daibiao", task_cls="config.jobs:Bell")
app.conf.update(
    broker_url=celery_url(settings.REDIS_URL),
    result_backend=celery_url(settings.REDIS_URL),
    task_serializer="json",
    result_serializer="json",
    event_serializer="json",
    accept_content=["json"],
    result_accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_retry_on_worker_lost=True,
    task_acks_on_failure_or_timeout=True,
    worker_concurrency=PROCESSES,
    worker_max_memory_per_child=MEMORY_KEPT,
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=10,
    worker_enable_soft_shutdown_on_idle=True,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    task_time_limit=HARD_LIMIT,
    task_soft_time_limit=SOFT_LIMIT,
    # All three places, or one of them falls back to its own default.
    visibility_timeout=VISIBILITY_TIMEOUT,
    broker_transport_options={"visibility_timeout": VISIBILITY_TIMEOUT},
    result_backend_transport_options={"visibility_timeout": VISIBILITY_TIMEOUT},
    broker_connection_retry_on_startup=True,
    timezone=settings.TIME_ZONE,
    beat_schedule=BEAT_SCHEDULE,
    beat_scheduler="config.scheduler:Scheduler",
    beat_schedule_filename=str(settings.DATA_DIR / "beat-schedule"),
)
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def _stand_on_embedded_servers(**_: object) -> None:
    hold_embedded_servers()


@worker_before_create_process.connect
def _share_what_is_loaded(**_: object) -> None:
    # What the collector of a child does not look through stays one copy in memory for all of them.
    gc.freeze()


@worker_process_init.connect
def _take_no_more_than_its_share(**_: object) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))
    # Where both want the processor, people go before ledgers.
    os.nice(5)
