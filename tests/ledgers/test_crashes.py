"""Imports killed without warning: all of a ledger or nothing, and whoever comes next finishes."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from assignment.models import Assignment
from audit.models import AuditEvent
from ledgers import running
from ledgers.models import LedgerJob
from ledgers.services import jobs
from suggestions.models import Suggestion
from tests.factories import NOW
from tests.factories.ledger_workbook import workbook
from tests.factories.ledgers import SESSION, case_row, receipt_row

pytestmark = pytest.mark.django_db(transaction=True)


def start_worker(job: LedgerJob) -> subprocess.Popen:
    """Start a worker on a job and return once it is about to begin."""
    given = {
        "DJANGO_SETTINGS_MODULE": "config.test_settings",
        "PYTHONPATH": str(settings.BASE_DIR),
        "TEST_DATA_DIR": str(settings.DATA_DIR),
    }
    name = str(connection.settings_dict["NAME"])
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.ledgers.importer", name, str(job.pk)],
        env=os.environ | given,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert worker.stdout.readline() == b"ready\n"
    return worker


def killed_after(job: LedgerJob, seconds: float) -> bool:
    """Kill a worker on a job so long after it began; False if it was faster."""
    worker = start_worker(job)
    try:
        worker.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(timeout=30)
        return True
    finally:
        worker.stdout.close()
    return False


def rows_of(session: str) -> tuple[int, int]:
    """Count the cases and receipts of a session."""
    cases = Suggestion.objects.filter(session__name=session)
    return cases.count(), Assignment.objects.filter(suggestion__in=cases).count()


def confirmed(session: str, n: int, staff) -> LedgerJob:
    """Return an import of n cases that was checked and confirmed, waiting for a worker."""
    numbers = [f"第{i:04d}号" for i in range(n)]
    cases = [case_row(number, 届次会议=session) for number in numbers]
    file = workbook(cases, [receipt_row(number) for number in numbers])
    upload = SimpleUploadedFile("台账.xlsx", file.read())
    job = jobs.ask_import(upload, creates_missing=True, by=staff, at=NOW)
    running.run(job.pk, at=NOW)
    return jobs.confirm(job.pk, by=staff, at=NOW)


def seconds_of(job: LedgerJob) -> float:
    """Return how long a worker takes for a job from the moment it begins."""
    worker = start_worker(job)
    begun = time.monotonic()
    with worker.stdout:
        assert worker.wait(timeout=300) == 0
    return time.monotonic() - begun


@pytest.mark.long
def test_twenty_kills(staff):
    n, kills, dice = 200, 20, random.Random(25)
    whole, killed, half, again, doubled = (n, n), 0, 0, 0, 0
    seconds = seconds_of(confirmed("示例市一届人大99次会议", n, staff))
    for kill in range(kills):
        session = f"示例市一届人大{kill + 1}次会议"
        job = confirmed(session, n, staff)
        # Spread over the whole of it, and a little beside each point.
        killed += killed_after(job, seconds * (kill + dice.random()) / kills)
        half += rows_of(session) not in {(0, 0), whole}
        running.run(job.pk, at=NOW)
        again += rows_of(session) == whole
        # Once more, as where the doorbell rings twice, and the same file by another hand.
        running.run(job.pk, at=NOW)
        running.run(confirmed(session, n, staff).pk, at=NOW)
        doubled += abs(rows_of(session)[0] - n)

    sys.stdout.write(
        f"\n#25 {kills} imports of {n} cases, {killed} of their workers killed (each takes "
        f"{seconds:.1f} s): half imports {half}/{kills}, finished by the next worker "
        f"{again}/{kills}, doubled cases {doubled}\n"
    )
    assert (half, again, doubled) == (0, kills, 0)
    assert killed >= kills // 2


def test_a_killed_import_leaves_nothing_and_the_next_worker_finishes_it(staff):
    job = confirmed(SESSION, 30, staff)

    is_killed = killed_after(job, 0.1)
    between = rows_of(SESSION)
    running.run(job.pk, at=NOW)

    job.refresh_from_db()
    assert between == (0, 0) if is_killed else (30, 30)
    assert (rows_of(SESSION), job.state) == ((30, 30), LedgerJob.State.DONE)
    assert AuditEvent.objects.filter(action="ledger.import").count() == 1
