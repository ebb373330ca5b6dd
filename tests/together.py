"""Two people pressing at the same moment: real threads, real transactions, real locks."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """
    Do deeds at the same moment and return what each returned, or the exception it raised.

    For tests marked ``django_db(transaction=True)``: each deed has a connection of its own.
    """
    start, outcomes = Barrier(len(deeds)), [None] * len(deeds)

    def do(n: int, deed: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=10)
            outcomes[n] = deed()
        except Exception as raised:
            outcomes[n] = raised
        finally:
            connection.close()

    threads = [Thread(target=do, args=(n, deed)) for n, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes
