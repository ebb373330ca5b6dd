"""What only a ledger knows of a case, and the jobs that read or write ledger workbooks."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import QuerySet

from accounts.models import Membership
from assignment.models import Assignment
from congress.models import Committee, Congress, Session, System
from suggestions.models import Suggestion


class ImportedCase(models.Model):
    """
    What a ledger said of a case that has no place in the case itself (台账来源).

    ``blanks`` names the cells that were empty although the case must hold a value there, so that
    an export leaves them empty again; ``position`` keeps the order of the ledger's rows.
    """

    suggestion = models.OneToOneField(
        Suggestion, models.CASCADE, related_name="imported", verbose_name="建议"
    )
    position = models.PositiveIntegerField("台账行次")
    blanks = models.JSONField("空白项", default=list, blank=True)
    due_on = models.DateField("应办复日期", null=True, blank=True)
    committee = models.ForeignKey(
        Committee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="跟踪专委会",
    )

    class Meta:
        verbose_name = verbose_name_plural = "台账来源"

    def __str__(self) -> str:
        return f"{self.suggestion} 由台账导入"


class ImportedReceipt(models.Model):
    """
    What a ledger said of a receipt that has no place in the assignment itself (台账承办件).

    ``system`` is the system the unit belonged to then; reforms move units since.
    """

    assignment = models.OneToOneField(
        Assignment, models.CASCADE, related_name="imported", verbose_name="承办件"
    )
    system = models.ForeignKey(
        System, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="归口系统"
    )
    # {round: [headings]}, as ``ImportedCase.blanks``
    blanks = models.JSONField("空白项", default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "台账承办件"

    def __str__(self) -> str:
        return f"{self.assignment} 由台账导入"


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
        EXPIRED = "expired", "已过期"

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
    creates_missing = models.BooleanField("允许新建", default=False)
    report = models.FileField("问题标注文件", upload_to=stored_name, blank=True)
    counts = models.JSONField("件数", default=dict, blank=True)
    # Which cases an export holds: the right to read them is asked again at each download.
    case_ids = ArrayField(
        models.BigIntegerField(), verbose_name="所含建议", default=list, blank=True
    )
    created_at = models.DateTimeField("创建时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    expires_at = models.DateTimeField("失效时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "台账任务"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(state="waiting"), name="ledger_job_waiting"
            ),
            models.Index(fields=["by", "-id"], name="ledger_job_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.file_name}"

    @property
    def is_over(self) -> bool:
        """Test if nothing more will happen to it by itself."""
        return self.state not in {self.State.WAITING, self.State.RUNNING}
