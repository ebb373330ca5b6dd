"""
How background tasks behave: one of a kind at a time.

Every task is a bell (``config.celery``): the rows in the database say what is to be done, so a ring
that finds the task at work may go by. A task that hangs therefore holds one process of the worker,
and there are as many as tasks (decision 0703). What fails is kept by ``config.failures``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from celery import Task
from django.db import DatabaseError, InterfaceError, connection

#: The class of these advisory locks; the second number stands for the task.
_LOCKS = 7_303


class OutOfMemory(Exception):
    """A task asked for more memory than a process of the worker may have."""


class Bell(Task):
    """The base of all tasks: goes by while another run of the same task is under way."""

    abstract = True
    # Where the system killed the process, once more, a moment later; then it counts as failed. The
    # default would hand the task on for ever.
    max_retries = 1
    default_retry_delay = 10

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with only_run(str(self.name)) as is_mine:
            if not is_mine:
                return None
            try:
                return super().__call__(*args, **kwargs)
            except MemoryError as error:
                # Celery lets a bare MemoryError end the process and hands the task on for ever.
                raise OutOfMemory from error


@contextmanager
def only_run(name: str) -> Iterator[bool]:
    """Hold a task for as long as this connection lives; False where another run has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCKS, name])
        (is_mine,) = cursor.fetchone()
    try:
        yield is_mine
    finally:
        if is_mine:
            # Where the connection is lost, so is the lock.
            with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCKS, name])
