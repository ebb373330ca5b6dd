"""
No background task fails unseen: failures are counted by day, and system administrators are told.

The page shows what failed and how often; the words of the fault are in the log, for they may come
from a case, which administrators do not read.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded, WorkerLostError
from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.selectors import members_in_role
from config.jobs import OutOfMemory
from config.models import FailedTask
from congress.models import Congress
from notices.models import Alert
from notices.services import post

log = logging.getLogger(__name__)
Kind = FailedTask.Kind

#: What each task does, for the page of the system administrator.
WORDS = {
    "audit.tasks.seal_audit_record": "审计记录串联固化",
    "audit.tasks.anchor_audit_record": "审计记录每日留痕",
    "notices.tasks.group_alerts": "归集对外消息",
    "notices.tasks.deliver_messages": "发送对外消息",
    "notices.tasks.tell_of_stuck_messages": "存疑消息提示",
    "supervision.tasks.remind": "期限提醒",
    "suggestions.tasks.sweep_files": "清理无主文件",
    "suggestions.tasks.reckon_deadlines": "期限重新计算",
    "handling.tasks.settle_talks": "沟通记录到期确认",
    "handling.tasks.settle_answers": "办复情况汇总",
    "handling.tasks.carry_promises_over": "承诺事项跨年结转",
    "ledgers.tasks.run_jobs": "台账导入导出",
    "ledgers.tasks.remove_expired": "清理过期的台账文件",
}


def on_failure(sender: Any = None, exception: Any = None, **_: object) -> None:
    """Keep what became of a task that failed for good (Celery's ``task_failure``)."""
    was_open = connection.connection is not None
    try:
        note_failure(str(sender.name), exception, at=timezone.now())
    except Exception:
        log.exception("the failure of %s could not be kept", sender)
    finally:
        # The worker's main process forks: it must not pass an open connection on.
        if not was_open:
            connection.close()


def note_failure(task: str, exception: BaseException, *, at: datetime) -> None:
    """Count a failure of a task and tell the system administrators, once a day."""
    row, _ = FailedTask.objects.get_or_create(
        task=task,
        day=timezone.localdate(at),
        kind=_kind_of(exception),
        error=type(exception).__name__[:120],
        defaults={"first_at": at, "last_at": at},
    )
    FailedTask.objects.filter(pk=row.pk).update(times=F("times") + 1, last_at=at)
    _tell(task, at=at)


def _kind_of(exception: BaseException) -> Kind:
    if isinstance(exception, SoftTimeLimitExceeded | TimeLimitExceeded):
        return Kind.TOO_LONG
    if isinstance(exception, WorkerLostError):
        return Kind.KILLED
    if isinstance(exception, OutOfMemory | MemoryError):
        return Kind.OUT_OF_MEMORY
    return Kind.FAULT


def _tell(task: str, *, at: datetime) -> None:
    day = timezone.localdate(at)
    for congress in Congress.objects.order_by("pk"):
        post(
            to=members_in_role(congress, Role.SYSTEM_ADMIN, on=day),
            text=f"后台任务“{WORDS.get(task, task)}”今天执行失败，请查看。",
            kind=Alert.Kind.TASK,
            link=reverse("failed_tasks"),
            key=f"failed-task:{task}:{day}",
            at=at,
        )
