"""Replies (答复): one per assignment and round, answering each item; none is overwritten."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership
from assignment.models import Assignment
from common.fulltext import Pairs
from congress.models import ResultClass
from suggestions.models import Attachment, SuggestionItem


class ReplyQuerySet(QuerySet["Reply"]):
    def visible_to(self, actor: Membership) -> ReplyQuerySet:
        """Keep what the acting membership may read: issued replies, and its own unit's drafts."""
        seen = self.filter(assignment__in=Assignment.objects.visible_to(actor))
        return seen.in_seen_cases(actor)

    def in_seen_cases(self, actor: Membership) -> ReplyQuerySet:
        """Keep, of replies in cases that the actor sees, those the actor may read."""
        return self.filter(self._is_read_by(actor))

    def hidden_in_seen_cases(self, actor: Membership) -> ReplyQuerySet:
        """Keep, of replies in cases that the actor sees, those the actor may not read."""
        return self.exclude(self._is_read_by(actor))

    def _is_read_by(self, actor: Membership) -> Q:
        is_issued = Q(state=Reply.State.ISSUED)
        if actor.unit_id is None:
            return is_issued
        # The unit's receipts are looked up once: a join would be to those of every reply.
        own = Assignment.objects.filter(unit_id=actor.unit_id)
        return is_issued | Q(assignment__in=own.values("pk"))

    def issued(self) -> ReplyQuerySet:
        """Keep those that went out."""
        return self.filter(state=Reply.State.ISSUED)


class Reply(models.Model):
    """A unit's reply in one round (答复), from the clerk's draft to the issued letter."""

    class State(models.TextChoices):
        DRAFTING = "drafting", "拟稿"
        CHECKING = "checking", "核稿"
        CONSULTING = "consulting", "征求代表意见"
        SIGNING = "signing", "签发"
        ISSUED = "issued", "已答复"

    class Mode(models.TextChoices):
        LETTER = "letter", "书面答复"
        IN_PERSON = "in_person", "当面答复"

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="replies", verbose_name="承办件"
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFTING)
    version = models.PositiveIntegerField("草稿版本", default=1)
    saved_page = models.CharField("保存草稿的页面", max_length=40, blank=True)
    saved_at = models.DateTimeField("保存时间", null=True, blank=True)
    saved_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="保存人"
    )
    check_note = models.CharField("核稿退回意见", max_length=300, blank=True)
    opening = models.TextField("引言", blank=True)
    closing = models.TextField("结语", blank=True)
    claimed_class = models.ForeignKey(
        ResultClass,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="自评类别",
    )
    reviewed_class = models.ForeignKey(
        ResultClass,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审核类别",
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    review_note = models.CharField("审核说明", max_length=300, blank=True)
    class_reason = models.TextField("不能解决的理由", blank=True)
    reported_to = models.CharField("向上级反映的对象", max_length=100, blank=True)
    reported_on = models.DateField("反映日期", null=True, blank=True)
    without_opinion_reason = models.CharField("协办意见未到齐的说明", max_length=300, blank=True)
    mode = models.CharField("答复方式", max_length=10, choices=Mode, default=Mode.LETTER)
    document_number = models.CharField("答复文号", max_length=60, blank=True)
    signer = models.CharField("签发人", max_length=60, blank=True)
    signed_on = models.DateField("成文日期", null=True, blank=True)
    contact_name = models.CharField("联系人", max_length=60, blank=True)
    contact_phone = models.CharField("联系电话", max_length=40, blank=True)
    letter = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="盖章答复"
    )
    evidence = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="解决佐证"
    )
    drafted_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="拟稿人"
    )
    issued_on = models.DateField("答复日期", null=True, blank=True)
    issued_at = models.DateTimeField("签发时间", null=True, blank=True)
    issued_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="签发操作人",
    )

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "答复"
        ordering = ["assignment", "round"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "round"], name="reply_once_a_round"),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(issued_on__isnull=False),
                name="reply_issued_has_date",
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, issued_by__isnull=True)
                | Q(issued_at__isnull=False, issued_by__isnull=False),
                name="reply_issue_has_person",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="reply_review_has_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "assignment"],
                condition=~Q(state="issued"),
                name="reply_under_way",
            ),
            GinIndex(Pairs("opening", "closing", "class_reason"), name="reply_words"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} 第{self.round}轮答复"


class ReplyItem(models.Model):
    """The answer to one numbered request (逐条答复)."""

    class Outcome(models.TextChoices):
        DONE = "done", "已解决或采纳"
        UNDER_WAY = "under_way", "正在解决"
        PLANNED = "planned", "列入计划"
        NOT_POSSIBLE = "not_possible", "暂不具备条件"
        EXPLAINED = "explained", "解释说明"

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="items", verbose_name="答复")
    item = models.ForeignKey(
        SuggestionItem, models.PROTECT, related_name="answers", verbose_name="具体建议"
    )
    outcome = models.CharField("办理情况", max_length=14, choices=Outcome, blank=True)
    text = models.TextField("答复内容", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "逐条答复"
        ordering = ["reply", "item__number"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "item"], name="reply_item_once"),
        ]
        indexes = [GinIndex(Pairs("text"), name="reply_item_words")]

    def __str__(self) -> str:
        return f"{self.item.number}. {self.text[:30]}"
