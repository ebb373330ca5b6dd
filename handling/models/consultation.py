"""The deputy's view of the preliminary reply (初步答复征求代表意见)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership, Role
from assignment.models import Assignment
from congress.models import Deputy
from handling.models.reply import Reply
from suggestions.models import Deadline

#: Whom the preliminary reply concerns besides the unit that wrote it and the deputy asked.
SEES_CONSULTATIONS = {Role.STAFF, Role.DIRECTOR, Role.SYSTEM_OFFICE}


class ConsultationQuerySet(QuerySet["Consultation"]):
    def visible_to(self, actor: Membership) -> ConsultationQuerySet:
        """Keep what the acting membership may read: not other units', and not co-signers'."""
        visible = Assignment.objects.visible_to(actor)
        consultations = self.filter(reply__assignment__in=visible)
        if actor.unit_id is not None:
            return consultations.filter(reply__assignment__unit_id=actor.unit_id)
        if actor.deputy_id is not None:
            return consultations.filter(deputy_id=actor.deputy_id)
        if actor.delegation_id is not None:
            return consultations.filter(reply__assignment__suggestion__lead_deputy__isnull=True)
        return consultations if actor.role in SEES_CONSULTATIONS else consultations.none()

    def open(self) -> ConsultationQuerySet:
        """Keep those that wait for the deputy."""
        return self.filter(view="")


class Consultation(models.Model):
    """The deputy's view of the preliminary reply (初步答复征求代表意见)."""

    class View(models.TextChoices):
        AGREE = "agree", "认同"
        DISAGREE = "disagree", "不认同"
        LAPSED = "lapsed", "期满经工委同意"
        OVERRULED = "overruled", "经工委协调同意答复"

    reply = models.ForeignKey(
        Reply, models.CASCADE, related_name="consultations", verbose_name="答复"
    )
    deputy = models.ForeignKey(
        Deputy, models.PROTECT, related_name="consultations", verbose_name="代表"
    )
    text = models.TextField("征求意见稿")
    asked_at = models.DateTimeField("征求时间")
    asked_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", verbose_name="征求人"
    )
    view = models.CharField("代表意见", max_length=12, choices=View, blank=True)
    note = models.TextField("意见说明", blank=True)
    answered_at = models.DateTimeField("回复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="回复操作人",
    )
    deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consultation",
        verbose_name="期限",
    )

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "征求代表意见"
        ordering = ["reply", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reply"], condition=Q(view=""), name="consultation_one_open"
            ),
            models.CheckConstraint(
                condition=Q(view="", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(view="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="consultation_answer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reply} 征求{self.deputy}意见"
