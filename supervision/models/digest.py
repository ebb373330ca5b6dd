"""What an office is told each week: figures with the rows behind them, frozen at the moment."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership
from congress.models import Congress, Office
from suggestions.models import Deadline
from supervision.models.notice import SupervisionNotice


class DigestQuerySet(QuerySet["Digest"]):
    def visible_to(self, actor: Membership) -> DigestQuerySet:
        """Keep the digests of the actor's own office."""
        if actor.office_id is None:
            return self.none()
        return self.filter(office_id=actor.office_id, congress_id=actor.congress_id)


class Digest(models.Model):
    """What became due, late, released and cleared since the last one (每周情况摘要)."""

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="+", verbose_name="人大")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="收件机构")
    week = models.DateField("周一")
    since = models.DateField("起始日期")
    made_on = models.DateField("生成日期")
    at = models.DateTimeField("生成时间")

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "每周情况摘要"
        ordering = ["-week", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["congress", "office", "week"], name="digest_once_a_week"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office}{self.made_on:%Y年%m月%d日}每周情况摘要"


class DigestRow(models.Model):
    """One duty or notice that a figure of a digest counts (摘要事项)."""

    class Section(models.TextChoices):
        LATE = "late", "现有逾期"
        NEW_LATE = "new_late", "其中新增逾期"
        DUE = "due", "本期到期"
        CLEARED = "cleared", "逾期后完成"
        RELEASED = "released", "签发督办通知单"
        WEEK = "week", "七日内到期"

    digest = models.ForeignKey(
        Digest, models.CASCADE, related_name="rows", verbose_name="每周情况摘要"
    )
    section = models.CharField("栏目", max_length=10, choices=Section)
    deadline = models.ForeignKey(
        Deadline, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="期限"
    )
    notice = models.ForeignKey(
        SupervisionNotice,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="督办通知单",
    )
    #: The last day as it stood then; an extension may have moved it since.
    due_on = models.DateField("当时的期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "摘要事项"
        ordering = ["digest", "section", "due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "section", "deadline"], name="digest_duty_once_a_section"
            ),
            models.UniqueConstraint(
                fields=["digest", "section", "notice"], name="digest_notice_once_a_section"
            ),
            models.CheckConstraint(
                condition=Q(section="released", notice__isnull=False, deadline__isnull=True)
                | ~Q(section="released") & Q(notice__isnull=True, deadline__isnull=False),
                name="digest_row_names_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_section_display()} {self.deadline or self.notice}"
