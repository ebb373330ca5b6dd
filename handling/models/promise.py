"""Promises (承诺事项): what a unit said it would do by when, followed until it is cleared."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, QuerySet

from accounts.models import Membership
from assignment.models import Assignment
from common.fulltext import Pairs
from congress.models import Congress
from handling.models.reply import Reply
from suggestions.models import Attachment, Deadline, Suggestion


class PromiseQuerySet(QuerySet["Promise"]):
    def visible_to(self, actor: Membership) -> PromiseQuerySet:
        """Keep the promises made to the deputy, and those its own unit is still wording."""
        seen = self.filter(assignment__in=Assignment.objects.visible_to(actor))
        return seen.in_seen_cases(actor)

    def in_seen_cases(self, actor: Membership) -> PromiseQuerySet:
        """Keep, of promises in cases that the actor sees, those the actor may read."""
        if actor.unit_id is None:
            return self.exclude(state=Promise.State.DRAFT)
        own = Assignment.objects.filter(unit_id=actor.unit_id)
        return self.filter(~Q(state=Promise.State.DRAFT) | Q(assignment__in=own.values("pk")))

    def uncleared(self) -> PromiseQuerySet:
        """Keep those that bind a unit still."""
        return self.filter(state__in=[Promise.State.OPEN, Promise.State.CLAIMED])


class Promise(models.Model):
    """A promise with date and person; open until cleared (销号) or ended with reasons."""

    class State(models.TextChoices):
        DRAFT = "draft", "拟定"
        OPEN = "open", "落实中"
        CLAIMED = "claimed", "报请销号"
        CLEARED = "cleared", "已销号"
        ENDED = "ended", "终止"

    class Fulfilment(models.TextChoices):
        SATISFIED = "satisfied", "满意"
        FAIRLY = "fairly", "基本满意"
        DISSATISFIED = "dissatisfied", "不满意"

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="+", verbose_name="人大")
    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="promises", verbose_name="建议"
    )
    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="promises", verbose_name="承办件"
    )
    reply = models.ForeignKey(
        Reply, models.PROTECT, null=True, blank=True, related_name="promises", verbose_name="答复"
    )
    content = models.TextField("承诺内容")
    person = models.CharField("责任人", max_length=60, blank=True)
    promised_on = models.DateField("承诺日期", null=True, blank=True)
    due_on = models.DateField("完成时限", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    done_on = models.DateField("完成日期", null=True, blank=True)
    claimed_at = models.DateTimeField("报请时间", null=True, blank=True)
    claimed_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="报请人"
    )
    claim_note = models.TextField("落实情况", blank=True)
    evidence = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证材料"
    )
    cleared_on = models.DateField("销号日期", null=True, blank=True)
    cleared_at = models.DateTimeField("销号时间", null=True, blank=True)
    cleared_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="销号人"
    )
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)
    ended_why = models.CharField("终止原因", max_length=300, blank=True)
    carried_year = models.PositiveSmallIntegerField("结转年度", null=True, blank=True)
    fulfilment = models.CharField("落实评价", max_length=14, choices=Fulfilment, blank=True)
    fulfilment_at = models.DateTimeField("落实评价时间", null=True, blank=True)
    fulfilment_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="落实评价人",
    )
    remark = models.TextField("备注", blank=True)
    deadline = models.OneToOneField(
        Deadline, models.PROTECT, null=True, blank=True, related_name="promise", verbose_name="期限"
    )

    clearance_deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cleared_promise",
        verbose_name="核定期限",
    )
    fulfilment_deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rated_promise",
        verbose_name="落实评价期限",
    )

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承诺事项"
        ordering = ["suggestion", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="cleared") | Q(cleared_on__isnull=False),
                name="promise_cleared_has_date",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True)
                | Q(cleared_at__isnull=False, cleared_by__isnull=False),
                name="promise_clearing_has_person",
            ),
            models.CheckConstraint(
                condition=Q(claimed_at__isnull=True, claimed_by__isnull=True)
                | Q(claimed_at__isnull=False, claimed_by__isnull=False),
                name="promise_claim_has_person",
            ),
            models.CheckConstraint(
                condition=Q(fulfilment_at__isnull=True, fulfilment_by__isnull=True)
                | Q(fulfilment_at__isnull=False, fulfilment_by__isnull=False),
                name="promise_fulfilment_has_person",
            ),
            models.CheckConstraint(
                condition=Q(cleared_on__isnull=True)
                | Q(promised_on__isnull=True)
                | Q(cleared_on__gte=F("promised_on")),
                name="promise_cleared_after_made",
            ),
        ]
        indexes = [
            models.Index(fields=["congress", "state", "due_on"], name="promise_running"),
            GinIndex(Pairs("content"), name="promise_words"),
        ]

    def __str__(self) -> str:
        return self.content[:40]


class PromiseChange(models.Model):
    """A change, postponement or end of a promise, with the reason told to the deputy."""

    class Kind(models.TextChoices):
        REWORDED = "reworded", "内容变更"
        POSTPONED = "postponed", "调整时限"
        ENDED = "ended", "终止"

    promise = models.ForeignKey(
        Promise, models.CASCADE, related_name="changes", verbose_name="承诺事项"
    )
    kind = models.CharField("变更类型", max_length=10, choices=Kind, default=Kind.POSTPONED)
    old_due_on = models.DateField("原时限", null=True, blank=True)
    new_due_on = models.DateField("新时限", null=True, blank=True)
    old_content = models.TextField("原内容", blank=True)
    reason = models.TextField("理由")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="操作人")

    class Meta:
        verbose_name = verbose_name_plural = "承诺变更"
        ordering = ["promise", "pk"]

    def __str__(self) -> str:
        return f"{self.promise} 变更"
