"""
The real beat on a clock of its own: ``beat.py MOMENT SCHEDULE``.

MOMENT (ISO 8601) is where its clock begins, SCHEDULE the file that it keeps; each line on standard
input moves the clock by so many seconds.
"""

# ruff: noqa: E402 - Celery is imported after the clock was set

import sys
from datetime import datetime
from threading import Thread

import time_machine

moment, schedule = sys.argv[1:]
clock = time_machine.travel(datetime.fromisoformat(moment), tick=True).start()

import django

django.setup()

from celery.signals import beat_init

from config.celery import app
from tests.survival.workers import READY


def _listen() -> None:
    for line in sys.stdin:
        clock.shift(float(line))


@beat_init.connect
def _say_so(**_):
    # Celery turns sys.stdout into a log.
    sys.__stdout__.write(f"{READY}\n")
    sys.__stdout__.flush()


if __name__ == "__main__":
    Thread(target=_listen, daemon=True).start()
    app.start(["beat", "--loglevel=ERROR", "--pidfile=", "--schedule", schedule])
