"""How long things take: over HTTP, in this process with its queries, and as bare SQL."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from common.kept import forget_deed, remember_deed
from config.bench.serving import Fetcher, environment
from config.bench.works import Goal, Work, seat_of

_WARM = 2
#: Each of the server's four threads has a connection of its own, which plans a statement five times
#: before it settles on one plan.
_WARM_SERVER = 20
#: So many runs take less time than a deed is remembered.
_ANEW = 5


@dataclass
class Result:
    """What one thing took; times in milliseconds."""

    name: str
    who: str
    median: float
    p95: float
    runs: int
    #: The fastest run: what neighbours on the machine disturb least.
    least: float = 0.0
    #: The median of a page on which nothing is kept from half a minute ago.
    anew: float | None = None
    goal: float | None = None
    queries: int | None = None
    goal_queries: int | None = None
    sql: float | None = None
    heaviest: float | None = None
    heaviest_sql: str = ""
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Test if the goal is met; None where there is none."""
        if self.goal is None:
            return None
        counted = self.goal_queries is None or (self.queries or 0) <= self.goal_queries
        return self.median <= self.goal and counted

    def as_json(self) -> dict[str, Any]:
        """Return all of it for a file."""
        return asdict(self) | {"met": self.is_met}


class WrongAnswer(Exception):
    """A page under measurement answered with something else than the page."""


def timed(run: Callable[[], object], runs: int, *, warm: int = _WARM) -> list[float]:
    """Run warm so many times and return the times in milliseconds, in order."""
    for _ in range(warm):
        run()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)


def result(name: str, who: str, times: list[float], goal: Goal | None = None) -> Result:
    """Sum up sorted times."""
    p95 = times[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
    return Result(
        name=name,
        who=who,
        median=round(statistics.median(times), 1),
        p95=round(p95, 1),
        runs=len(times),
        least=round(times[0], 1),
        goal=goal.median if goal else None,
        goal_queries=goal.queries if goal else None,
    )


class Visitor:
    """One person at the pages: over HTTP for the time, in this process for the queries."""

    def __init__(self, account: str, port: int) -> None:
        self.client = Client(HTTP_HOST="127.0.0.1")
        self.seat = seat_of(account)
        self.client.force_login(self.seat.user, settings.AUTHENTICATION_BACKENDS[0])
        key = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        self.fetcher = Fetcher(port, key)

    def measure(self, work: Work, runs: int) -> Result:
        """
        Measure one page.

        :raises WrongAnswer: if it does not answer with a page, or a search with the case found.
        """
        # The server may have dropped the connection while others were served.
        self.fetcher.close()
        status = self.fetcher.get(work.path)
        if status not in {200, 302}:
            raise WrongAnswer(f"{work.name} {work.path}: {status}")
        times = timed(lambda: self.fetcher.get(work.path), runs, warm=_WARM_SERVER)
        found = result(work.name, work.who, times, work.goal)
        found.anew = self._counted_anew(work, runs)
        self.fetcher.close()
        _look_at_queries(found, lambda: self.client.get(work.path), runs)
        return found

    def _counted_anew(self, work: Work, runs: int) -> float:
        """Return the median of who has just done something, and reads nothing that was kept."""
        remember_deed(self.seat.pk)
        try:
            times = timed(lambda: self.fetcher.get(work.path), min(runs, _ANEW))
        finally:
            forget_deed(self.seat.pk)
        return round(statistics.median(times), 1)


def _look_at_queries(found: Result, run: Callable[[], object], runs: int) -> None:
    asked: list[tuple[float, str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            asked.append((time.perf_counter() - start, sql, params))

    run()
    with connection.execute_wrapper(note):
        run()
    # A savepoint around a list is a word to the server, not a question.
    queries = [each for each in asked if not each[1].startswith(("SAVEPOINT", "RELEASE"))]
    found.queries = len(queries)
    found.sql = round(sum(seconds for seconds, *_ in queries) * 1000, 1)
    if queries:
        _, sql, params = max(queries, key=lambda each: each[0])
        bare = timed(lambda: _ask(sql, params), min(runs, 5))
        found.heaviest = round(statistics.median(bare), 1)
        found.heaviest_sql = sql


def _ask(sql: str, params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if cursor.description:
            cursor.fetchall()


def command(*words: str) -> tuple[float, float, str]:
    """Run a management command on the scratch database: milliseconds, peak megabytes, its words."""
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
        stdout=subprocess.PIPE,
        env=os.environ | environment(),
        text=True,
    )
    assert process.stdout is not None  # noqa: S101 - it was asked for
    with process.stdout as stdout:
        said = stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise WrongAnswer(f"{' '.join(words)}: {said}")
    return (time.perf_counter() - start) * 1000, usage.ru_maxrss / 1024, said.strip()
