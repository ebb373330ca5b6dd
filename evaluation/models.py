"""What deputies say of the handling (评价), and what 代表工委 decides on it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Membership
from assignment.models import Assignment
from congress.models import Deputy, DissatisfactionReason
from evaluation.visibility import VerdictQuerySet
from handling.models import Reply
from suggestions.models import Attachment, Deadline, Suggestion


class Grade(models.TextChoices):
    """The three words of a verdict; silence is none of them."""

    SATISFIED = "satisfied", "满意"
    FAIRLY = "fairly", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class Verdict(models.Model):
    """
    A deputy's verdict on one receipt in one round (评价).

    A correction adds a revision; only the current one counts. The unit sees it after release.
    """

    class State(models.TextChoices):
        GIVEN = "given", "已评价"
        NO_FEEDBACK = "no_feedback", "未反馈"
        NOT_INVOLVED = "not_involved", "未参与沟通，不评价"

    class Way(models.TextChoices):
        ONLINE = "online", "网上评价"
        PAPER = "paper", "纸质回执"
        IMPORTED = "imported", "导入"

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="verdicts", verbose_name="承办件"
    )
    reply = models.ForeignKey(
        Reply, models.PROTECT, null=True, blank=True, related_name="verdicts", verbose_name="答复"
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    revision = models.PositiveSmallIntegerField("更正次序", default=1)
    is_current = models.BooleanField("现行", default=True)
    deputy = models.ForeignKey(
        Deputy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="verdicts",
        verbose_name="评价代表",
    )
    state = models.CharField("状态", max_length=14, choices=State)
    attitude = models.CharField("态度评价", max_length=14, choices=Grade, blank=True)
    result = models.CharField("结果评价", max_length=14, choices=Grade, blank=True)
    reasons = models.ManyToManyField(
        DissatisfactionReason, blank=True, related_name="+", verbose_name="不满意原因"
    )
    reason_text = models.TextField("不满意原因说明", blank=True)
    comment = models.TextField("意见和建议", blank=True)
    wants_rehandling = models.BooleanField("要求重新办理", null=True, blank=True)
    way = models.CharField("评价方式", max_length=10, choices=Way)
    receipt = models.ForeignKey(
        Attachment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="回执扫描件",
    )
    given_on = models.DateField("反馈日期", null=True, blank=True)
    given_at = models.DateTimeField("评价时间", null=True, blank=True)
    given_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="评价操作人",
    )
    correction_why = models.CharField("更正理由", max_length=200, blank=True)
    released_at = models.DateTimeField("反馈承办单位时间", null=True, blank=True)
    released_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="反馈人"
    )
    # Set with a 不满意, cleared by the decision or the correction (services); integrity compares.
    awaits_decision = models.BooleanField(
        "待研究重新办理", default=False, db_default=False, editable=False
    )
    # Kept by the database: the statistics of its four parts mislead the planner.
    awaits_release = models.GeneratedField(
        verbose_name="待反馈承办单位",
        expression=Q(is_current=True, released_at__isnull=True)
        & ~Q(way="imported")
        & ~Q(state="no_feedback"),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        ordering = ["assignment", "round", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "round", "revision"], name="verdict_revision_once"
            ),
            models.UniqueConstraint(
                fields=["assignment", "round"],
                condition=Q(is_current=True),
                name="verdict_one_current",
            ),
            models.CheckConstraint(
                condition=Q(state="given") & (~Q(attitude="") | ~Q(result=""))
                | ~Q(state="given") & Q(attitude="", result=""),
                name="verdict_given_has_grade",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="verdict_release_has_person",
            ),
            models.CheckConstraint(
                condition=Q(given_at__isnull=True, given_by__isnull=True)
                | Q(given_at__isnull=False, given_by__isnull=False),
                name="verdict_giving_has_person",
            ),
            models.CheckConstraint(
                condition=~Q(way="paper", state="given") | Q(receipt__isnull=False),
                name="verdict_on_paper_has_receipt",
            ),
            models.CheckConstraint(
                condition=Q(awaits_decision=False)
                | Q(is_current=True)
                & ~Q(way="imported")
                & (Q(attitude="dissatisfied") | Q(result="dissatisfied")),
                name="verdict_awaiting_is_dissatisfied",
            ),
        ]
        indexes = [
            # The two queues of 代表工委: few wait among all that were ever given.
            models.Index(
                fields=["assignment"],
                condition=Q(awaits_release=True),
                name="verdict_to_release",
            ),
            models.Index(
                fields=["assignment"],
                condition=Q(awaits_decision=True),
                name="verdict_to_decide",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} 第{self.round}轮评价"


class RehandlingDecision(models.Model):
    """What 代表工委 decided after 不满意, or after a broken promise (重新办理决定)."""

    class Outcome(models.TextChoices):
        ORDERED = "ordered", "重新办理"
        NOT_ORDERED = "not_ordered", "不重新办理"
        CONFERRED = "conferred", "召开协调会形成意见"

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="rehandling_decisions", verbose_name="建议"
    )
    after_round = models.PositiveSmallIntegerField("针对轮次")
    outcome = models.CharField("决定", max_length=12, choices=Outcome)
    reason = models.TextField("理由和要求")
    deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rehandling",
        verbose_name="研究期限",
    )
    at = models.DateTimeField("决定时间")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="决定人")

    class Meta:
        verbose_name = verbose_name_plural = "重新办理决定"
        ordering = ["suggestion", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "after_round"], name="rehandling_decided_once_a_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion} {self.get_outcome_display()}"
