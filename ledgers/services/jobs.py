"""
The life of a job (台账任务): asked for, run in the background, fetched, gone after a day.

The row is the queue. A worker holds a job by an advisory lock of its connection: when it dies the
lock is gone with it, and the next one takes the job up again; import is all or nothing, so that
running it twice does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.core.files.base import File
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership
from audit.services import record
from common.refusals import Refusal
from common.uploads.intake import take_in
from common.uploads.leftovers import remove_unnamed
from ledgers.models import LedgerJob
from suggestions.models import Suggestion

State, Kind = LedgerJob.State, LedgerJob.Kind
#: How long a file waits to be fetched (quality 4.3: 下载中心 24 h).
KEPT = timedelta(hours=24)
FOLDER = "ledgers"
_LOCKS = 7_301  # the class of these advisory locks
_PROGRESS_KEPT = 2 * 60 * 60
MOST_WAITING = 5


class NotAWorkbook(Refusal):
    def __init__(self) -> None:
        super().__init__("请选择 Excel 工作簿（.xlsx）。")


class TooManyJobs(Refusal):
    def __init__(self) -> None:
        super().__init__(f"您已有{MOST_WAITING}个任务在等待，请等它们完成或取消后再试。")


class JobMovedOn(Refusal):
    def __init__(self, job: LedgerJob):
        super().__init__(f"这个任务现为“{job.get_state_display()}”，不能再这样操作。")


class FileGone(Refusal):
    def __init__(self) -> None:
        super().__init__("文件已过期清理，请重新导出。")


class NoLongerYours(Refusal):
    def __init__(self) -> None:
        super().__init__("文件中有您已无权查看的建议，请重新导出。")


@transaction.atomic
def ask_import(upload: File, *, creates_missing: bool, by: Membership, at: datetime) -> LedgerJob:
    """
    Ask for a ledger to be checked (预检); nothing is written before it is confirmed.

    :raises UploadRefused: if the file is none that is taken in.
    :raises NotAWorkbook: if it is of another kind.
    :raises TooManyJobs: if the actor has too many waiting already.
    """
    _check_waiting(by)
    taken = take_in(upload)
    if not taken.name.lower().endswith(".xlsx"):
        raise NotAWorkbook
    job = LedgerJob.objects.create(
        congress_id=by.congress_id,
        kind=Kind.IMPORT,
        by=by,
        file=taken.file,
        file_name=taken.name,
        sha256=taken.sha256,
        is_preview=True,
        creates_missing=creates_missing,
        created_at=at,
        expires_at=at + KEPT,
    )
    _record(job, "ledger.upload", by=by, at=at, detail={"file": taken.name, "sha256": taken.sha256})
    return job


@transaction.atomic
def ask_export(query: str, *, total: int, by: Membership, at: datetime) -> LedgerJob:
    """
    Ask for an export of what a query string of the list finds, to be made in the background.

    :raises TooManyJobs: if the actor has too many waiting already.
    """
    _check_waiting(by)
    return LedgerJob.objects.create(
        congress_id=by.congress_id,
        kind=Kind.EXPORT,
        by=by,
        query=query[:1000],
        file_name=f"建议台账{timezone.localtime(at):%Y%m%d%H%M}.xlsx",
        total=total,
        created_at=at,
        expires_at=at + KEPT,
    )


@transaction.atomic
def confirm(job_id: int, *, by: Membership, at: datetime) -> LedgerJob:
    """
    Let a checked ledger be written (确认导入).

    :raises JobMovedOn: if it has been confirmed or cancelled before.
    """
    job = _locked(job_id)
    if job.kind != Kind.IMPORT or not job.is_preview or job.state != State.DONE:
        raise JobMovedOn(job)
    job.is_preview, job.state = False, State.WAITING
    job.started_at = job.finished_at = None
    job.outcome, job.done, job.total = "", 0, 0
    job.save()
    cache.delete(_key(job.pk))
    _record(job, "ledger.confirm", by=by, at=at, detail={"sha256": job.sha256})
    return job


@transaction.atomic
def cancel(job_id: int, *, by: Membership, at: datetime) -> LedgerJob:
    """
    Stop a job (取消); one that runs stops at its next step and leaves nothing behind.

    :raises JobMovedOn: if it is over.
    """
    job = _locked(job_id)
    is_checked = job.kind == Kind.IMPORT and job.is_preview and job.state == State.DONE
    if job.is_over and not is_checked:
        raise JobMovedOn(job)
    job.state, job.finished_at, job.outcome = (
        State.CANCELLED,
        at,
        "已取消，没有导入或导出任何内容。",
    )
    job.save()
    _record(job, "ledger.cancel", by=by, at=at, detail={})
    return job


def open_file(job: LedgerJob, *, by: Membership, at: datetime) -> File:
    """
    Open the finished export for its owner; the right to each case in it is asked again.

    :raises FileGone: if it is not there any more.
    :raises NoLongerYours: if a case in it is out of the actor's sight by now.
    """
    if job.kind != Kind.EXPORT or job.state != State.DONE or not job.file:
        raise FileGone
    visible = Suggestion.objects.visible_to(by).filter(pk__in=job.case_ids).count()
    if visible != len(job.case_ids):
        raise NoLongerYours
    detail = {"cases": len(job.case_ids), "query": job.query}
    _record(job, "ledger.download", by=by, at=at, detail=detail)
    return job.file.open("rb")


def progress_of(job: LedgerJob) -> tuple[int, int]:
    """Return how much of a job is done: what its worker last said, else what the row holds."""
    # The worker is inside one transaction, whose rows nobody else sees yet.
    done, total = cache.get(_key(job.pk)) or (job.done, job.total)
    return min(done, total) if total else done, total


def tell_progress(job_id: int, done: int, total: int) -> None:
    """Let pages see how far a running job has come."""
    cache.set(_key(job_id), [done, total], _PROGRESS_KEPT)


def is_cancelled(job_id: int) -> bool:
    """Test if somebody has stopped the job meanwhile."""
    # Not from a replica that the export itself may be reading from.
    job = LedgerJob.objects.using(DEFAULT_DB_ALIAS).filter(pk=job_id, state=State.CANCELLED)
    return job.exists()


@contextmanager
def held(job_id: int) -> Iterator[bool]:
    """Hold a job for as long as this connection lives; False where another worker has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, job_id])
        (is_mine,) = cursor.fetchone()
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, job_id])


def unfinished() -> QuerySet[LedgerJob]:
    """Find what is still to be done; a running job whose worker died is taken up again."""
    return LedgerJob.objects.filter(state__in=[State.WAITING, State.RUNNING]).order_by("pk")


def remove_expired(*, at: datetime) -> int:
    """Delete the files of jobs whose day is over, and return how many jobs that were."""
    expired = LedgerJob.objects.filter(expires_at__lt=at).exclude(state=State.EXPIRED)
    count = 0
    for job in expired.exclude(state__in=[State.WAITING, State.RUNNING]).iterator():
        for file in (job.file, job.report):
            if file:
                file.delete(save=False)
        # What was written stays written: an import that is over keeps its state in words.
        job.state, job.case_ids = State.EXPIRED, []
        job.save(update_fields=["state", "file", "report", "case_ids"])
        count += 1
    return count


def sweep_files(*, at: datetime) -> int:
    """Delete the files that a cut-off job or upload left behind, and return how many."""
    return remove_unnamed(FOLDER, _named, at=at)


def _named() -> set[str]:
    files = LedgerJob.objects.values_list("file", "report")
    return {name for names in files for name in names if name}


def _locked(job_id: int) -> LedgerJob:
    return LedgerJob.objects.select_for_update().get(pk=job_id)


def _check_waiting(by: Membership) -> None:
    if unfinished().filter(by=by).count() >= MOST_WAITING:
        raise TooManyJobs


def _record(
    job: LedgerJob, action: str, *, by: Membership, at: datetime, detail: dict[str, Any]
) -> None:
    record(action, by=by, at=at, subject=job, congress_id=job.congress_id, detail=detail)


def _key(job_id: int) -> str:
    return f"ledger-job:{job_id}"
