"""Jobs that read or write a ledger workbook in the background, with real progress."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import QuerySet

from accounts.models import Membership
from congress.models import Congress, Session


def stored_name(instance: models.Model, filename: str) -> str:
    """Return a path that tells nothing about the file."""
    return f"ledgers/{uuid.uuid4().hex}"


class JobQuerySet(QuerySet["LedgerJob"]):
    def visible_to(self, actor: Membership) -> JobQuerySet:
        """Keep the jobs that the acting membership started."""
        return self.filter(by=actor)


class LedgerJob(models.Model):
    """One import or export of a workbook (台账任务)."""

    class Kind(models.TextChoices):
        EXPORT = "export", "导出"
        IMPORT = "import", "导入"

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAULTY = "faulty", "有问题"
        FAILED = "failed", "失败"
        CANCELLED = "cancelled", "已取消"

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="+", verbose_name="人大")
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="届次会议"
    )
    kind = models.CharField("类型", max_length=8, choices=Kind)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="操作人")
    query = models.CharField("筛选条件", max_length=1000, blank=True)
    file = models.FileField("文件", upload_to=stored_name, blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True)
    sha256 = models.CharField("摘要", max_length=64, blank=True)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    faults = models.JSONField("问题", default=list, blank=True)
    outcome = models.CharField("结果", max_length=300, blank=True)
    is_preview = models.BooleanField("预检", default=False)
    created_at = models.DateTimeField("创建时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    expires_at = models.DateTimeField("失效时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "台账任务"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.file_name}"
