"""
A Celery worker on a test database, to be killed: ``worker.py DATABASE SECONDS``.

SECONDS is how far its clock is ahead of the machine's: messages leave in office hours only.
"""

# ruff: noqa: E402 - models can be imported only after setup()

import sys
from datetime import timedelta

import django

django.setup()

from celery.signals import worker_ready
from django.utils import timezone

from config.celery import app
from tests.database import use_database
from tests.survival import poison
from tests.survival.workers import READY


@worker_ready.connect
def _say_so(**_):
    # Celery turns sys.stdout into a log.
    sys.__stdout__.write(f"{READY}\n")
    sys.__stdout__.flush()


if __name__ == "__main__":
    name, ahead = sys.argv[1:]
    if name:
        use_database(name)
    real, offset = timezone.now, timedelta(seconds=float(ahead))
    timezone.now = lambda: real() + offset
    assert set(app.tasks) >= poison.TASKS
    app.worker_main(["worker", "--loglevel=ERROR", "--without-gossip", "--without-mingle"])
