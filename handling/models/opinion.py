"""Opinions of supporting units (协办意见、会办意见), owed to the lead unit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership, Role
from assignment.models import Assignment
from suggestions.models import Attachment, Deadline

SEES_OPINIONS = {Role.STAFF, Role.DIRECTOR, Role.SYSTEM_OFFICE, Role.COMMITTEE}


class OpinionQuerySet(QuerySet["Opinion"]):
    def visible_to(self, actor: Membership) -> OpinionQuerySet:
        """
        Keep what the acting membership may read: a unit its own and those given to it as the lead.

        An opinion goes to the lead unit and not to the deputy, whom only the reply answers.
        """
        opinions = self.filter(assignment__in=Assignment.objects.visible_to(actor))
        if actor.unit_id is not None:
            led = Assignment.objects.live().filter(role=Assignment.Role.LEAD, unit_id=actor.unit_id)
            given_to = Q(assignment__suggestion__in=led.values("suggestion"))
            return opinions.filter(Q(assignment__unit_id=actor.unit_id) | given_to)
        return opinions if actor.role in SEES_OPINIONS else opinions.none()

    def standing(self) -> OpinionQuerySet:
        """Keep those that were not sent back."""
        return self.exclude(state=Opinion.State.SENT_BACK)


class Opinion(models.Model):
    """One version of a supporting unit's opinion; an empty one is sent back and done again."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "已提交"
        SENT_BACK = "sent_back", "退回重提"
        IMPORTED = "imported", "导入"

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="opinions", verbose_name="承办件"
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    text = models.TextField("意见内容", blank=True)
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="盖章意见"
    )
    document_number = models.CharField("文号", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.SUBMITTED)
    submitted_on = models.DateField("提交日期")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    sent_back_at = models.DateTimeField("退回时间", null=True, blank=True)
    sent_back_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="退回人"
    )
    sent_back_why = models.CharField("退回原因", max_length=300, blank=True)
    redo_deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="redone_opinion",
        verbose_name="重提期限",
    )

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "协办意见"
        ordering = ["assignment", "round", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "round"],
                condition=~Q(state="sent_back"),
                name="opinion_one_standing_a_round",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="opinion_submission_has_person",
            ),
            models.CheckConstraint(
                condition=Q(sent_back_at__isnull=True, sent_back_by__isnull=True)
                | Q(sent_back_at__isnull=False, sent_back_by__isnull=False),
                name="opinion_sending_back_has_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} 协办意见"
