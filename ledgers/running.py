"""What a worker does with a job: check a ledger, write it, or make an export."""

from __future__ import annotations

import logging
from datetime import datetime
from tempfile import TemporaryFile
from uuid import uuid4

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from accounts.selectors import actor_for
from common import replica
from common.refusals import Refusal
from ledgers.exports import export_of
from ledgers.models import LedgerJob
from ledgers.services import jobs
from ledgers.services.importing import ImportCancelled, LedgerFaulty, import_ledger
from ledgers.services.marking import marked

log = logging.getLogger(__name__)
State = LedgerJob.State
BROKEN = "系统出错，没有导入或导出任何内容。请重试；仍不成功的，请联系系统管理员。"


def run(job_id: int, *, at: datetime) -> None:
    """Do one job, unless another worker is at it or it is over; safe to run twice."""
    with jobs.held(job_id) as is_mine:
        if not is_mine:
            return
        job = LedgerJob.objects.filter(pk=job_id, state__in=[State.WAITING, State.RUNNING]).first()
        if job is None:
            return
        LedgerJob.objects.filter(pk=job_id).update(state=State.RUNNING, started_at=at)
        job.refresh_from_db()
        _finish(job, at=at)


def _finish(job: LedgerJob, *, at: datetime) -> None:
    try:
        _do(job, at=at)
    except ImportCancelled:
        return  # whoever cancelled has said so on the row
    except LedgerFaulty as faulty:
        _keep_faults(job, faulty)
        _end(job, State.FAULTY, str(faulty), at=at)
    except Refusal as refusal:
        _end(job, State.FAILED, str(refusal), at=at)
    except Exception:
        log.exception("ledger job failed", extra={"job": job.pk})
        _end(job, State.FAILED, BROKEN, at=at)


def _do(job: LedgerJob, *, at: datetime) -> None:
    job.by = actor_for(job.by_id, on=timezone.localdate(at))
    if job.kind == LedgerJob.Kind.EXPORT:
        _export(job, at=at)
        return

    def tell(done: int, total: int) -> None:
        jobs.tell_progress(job.pk, done, total)
        if jobs.is_cancelled(job.pk):
            raise ImportCancelled

    with job.file.open("rb") as file:
        outcome = import_ledger(
            file,
            congress=job.congress.code,
            create=job.creates_missing,
            by=job.by,
            at=at,
            is_preview=job.is_preview,
            progress=tell,
        )
    job.session = None if job.is_preview else outcome.session
    job.counts = {
        "session": str(outcome.session),
        "added": outcome.added,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
    }
    _end(job, State.DONE, str(outcome), at=at)


def _export(job: LedgerJob, *, at: datetime) -> None:
    def tell(done: int, total: int) -> None:
        jobs.tell_progress(job.pk, done, total)
        if jobs.is_cancelled(job.pk):
            raise ImportCancelled

    def write() -> None:
        with TemporaryFile() as to:
            job.case_ids = export_of(job.query, to, by=job.by, at=at, progress=tell)
            to.seek(0)
            job.file.save(uuid4().hex, File(to), save=False)

    replica.read_all_written(write)
    _end(job, State.DONE, f"共{len(job.case_ids)}件。", at=at)


def _keep_faults(job: LedgerJob, faulty: LedgerFaulty) -> None:
    job.faults = [list(fault) for fault in faulty.faults]
    with job.file.open("rb") as file:
        job.report.save(uuid4().hex, File(marked(file, faulty.faults)), save=False)


@transaction.atomic
def _end(job: LedgerJob, state: State, outcome: str, *, at: datetime) -> None:
    # Read again: it may have been cancelled in its last step, after which nobody asked.
    found = LedgerJob.objects.select_for_update().get(pk=job.pk)
    is_written = job.kind == LedgerJob.Kind.IMPORT and not job.is_preview and state == State.DONE
    if found.state == State.CANCELLED and not is_written:
        return
    job.state, job.outcome, job.finished_at = state, outcome[:300], at
    job.expires_at = at + jobs.KEPT
    job.done, job.total = jobs.progress_of(job)
    job.save()
