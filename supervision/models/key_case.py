"""Key suggestions: who leads them, who led them before, and their log."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership
from congress.models import Committee, Congress, Official, SupervisorCategory
from suggestions.models import Attachment, Suggestion
from suggestions.visibility import cases_of


class KeyCaseQuerySet(QuerySet["KeyCase"]):
    def visible_to(self, actor: Membership) -> KeyCaseQuerySet:
        """Keep the key cases that exist for the acting membership."""
        return self.filter(suggestion__in=cases_of(actor))


class KeyCase(models.Model):
    """A key suggestion (重点督办建议), decided by the 主任会议 (代表法 §52)."""

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="+", verbose_name="人大")
    suggestion = models.OneToOneField(
        Suggestion, models.CASCADE, related_name="key_case", verbose_name="建议"
    )
    category = models.ForeignKey(
        SupervisorCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="督办领导类别",
    )
    leader = models.ForeignKey(
        Official,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # key_case_of_leader begins with it
        related_name="key_cases",
        verbose_name="督办领导",
    )
    committee = models.ForeignKey(
        Committee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="key_cases",
        verbose_name="跟踪专委会",
    )
    decided_on = models.DateField("确定日期", null=True, blank=True)
    decision = models.CharField("确定依据", max_length=200, blank=True)
    created_at = models.DateTimeField("登记时间", null=True, blank=True)
    created_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记人"
    )

    objects = KeyCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "重点督办建议"
        ordering = ["suggestion"]
        constraints = [
            models.CheckConstraint(
                condition=Q(created_at__isnull=True, created_by__isnull=True)
                | Q(created_at__isnull=False, created_by__isnull=False),
                name="key_case_registration_has_person",
            ),
        ]
        indexes = [
            # The inbox of a leader reads this alone: most of what was led is over.
            models.Index(fields=["leader", "suggestion"], name="key_case_of_leader"),
        ]

    def __str__(self) -> str:
        return f"重点督办：{self.suggestion}"


class KeyCaseChange(models.Model):
    """Who led a key suggestion before, until when and why it changed (督办责任变更)."""

    key_case = models.ForeignKey(
        KeyCase, models.CASCADE, related_name="changes", verbose_name="重点督办建议"
    )
    category = models.ForeignKey(
        SupervisorCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="原督办领导类别",
    )
    leader = models.ForeignKey(
        Official, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原督办领导"
    )
    committee = models.ForeignKey(
        Committee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="原跟踪专委会",
    )
    decided_on = models.DateField("原确定日期", null=True, blank=True)
    decision = models.CharField("原确定依据", max_length=200, blank=True)
    why = models.CharField("变更原因", max_length=200)
    at = models.DateTimeField("变更时间")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="变更人")

    class Meta:
        verbose_name = verbose_name_plural = "督办责任变更"
        ordering = ["key_case", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.key_case} 变更"


class SupervisionLog(models.Model):
    """One entry of the log of a key suggestion (督办记录)."""

    class Kind(models.TextChoices):
        RESEARCH = "research", "调研视察"
        MEETING = "meeting", "督办会"
        SITE_VISIT = "site_visit", "现场督办"
        INSTRUCTION = "instruction", "批示要求"
        REPORT = "report", "听取汇报"
        PROGRESS = "progress", "进展情况"

    key_case = models.ForeignKey(
        KeyCase, models.CASCADE, related_name="log", verbose_name="重点督办建议"
    )
    kind = models.CharField("方式", max_length=12, choices=Kind)
    happened_on = models.DateField("日期")
    place = models.CharField("地点", max_length=100, blank=True)
    people = models.CharField("参加人员", max_length=300, blank=True)
    text = models.TextField("情况和要求")
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="材料"
    )
    at = models.DateTimeField("记录时间")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="记录人")

    class Meta:
        verbose_name = verbose_name_plural = "督办记录"
        ordering = ["key_case", "-happened_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.happened_on:%Y-%m-%d} {self.get_kind_display()}"
