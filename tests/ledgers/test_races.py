"""Two people at once: nothing doubled, nothing half."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from congress.models import Congress, Session
from ledgers import running
from ledgers.models import LedgerJob
from ledgers.services import jobs
from suggestions.models import Suggestion
from tests.factories import NOW
from tests.factories.ledger_workbook import workbook
from tests.factories.ledgers import case_row, receipt_row, take_in

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds):
    """Do deeds at the same moment, each with a connection of its own; return what came of them."""
    start = Barrier(len(deeds))

    def do(deed):
        try:
            start.wait(timeout=10)
            return deed()
        except Exception as fault:
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(do, deeds))


def test_two_imports_of_one_file_into_a_new_congress_make_each_case_once():
    rows = [case_row(f"第{n}号") for n in range(20)]
    content = [workbook(rows, [receipt_row("第1号")]) for _ in range(2)]

    outcomes = at_once(*(lambda file=file: take_in(file) for file in content))

    assert sorted((o.added, o.unchanged) for o in outcomes) == [(0, 20), (20, 0)]
    assert (Congress.objects.count(), Session.objects.count()) == (1, 1)
    assert Suggestion.objects.count() == 20


def test_two_workers_do_a_job_once(staff, ledger_file):
    job = jobs.ask_import(ledger_file(), creates_missing=True, by=staff, at=NOW)
    running.run(job.pk, at=NOW)
    jobs.confirm(job.pk, by=staff, at=NOW)

    at_once(*[lambda: running.run(job.pk, at=NOW)] * 2)

    job.refresh_from_db()
    assert (job.state, job.counts["added"], Suggestion.objects.count()) == ("done", 2, 2)


def test_a_double_click_confirms_once(staff, ledger_file):
    job = jobs.ask_import(ledger_file(), creates_missing=True, by=staff, at=NOW)
    running.run(job.pk, at=NOW)

    outcomes = at_once(*[lambda: jobs.confirm(job.pk, by=staff, at=NOW)] * 2)

    assert sorted(type(o).__name__ for o in outcomes) == ["JobMovedOn", "LedgerJob"]


def test_cancelling_and_confirming_at_once_leave_one_answer(staff, ledger_file):
    job = jobs.ask_import(ledger_file(), creates_missing=True, by=staff, at=NOW)
    running.run(job.pk, at=NOW)

    outcomes = at_once(
        lambda: jobs.confirm(job.pk, by=staff, at=NOW),
        lambda: jobs.cancel(job.pk, by=staff, at=NOW),
    )

    job.refresh_from_db()
    assert job.state == LedgerJob.State.CANCELLED
    # A confirmed job that waits may still be cancelled; a cancelled one is not confirmed.
    assert isinstance(outcomes[1], LedgerJob)
    assert Suggestion.objects.count() == 0
