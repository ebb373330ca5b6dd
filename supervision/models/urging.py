"""Units urged by people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership
from assignment.models import Assignment


class UrgingQuerySet(QuerySet["Urging"]):
    def visible_to(self, actor: Membership) -> UrgingQuerySet:
        """Keep the urgings on assignments that exist for the acting membership."""
        return self.filter(assignment__in=Assignment.objects.visible_to(actor))


class Urging(models.Model):
    """A unit urged by a person (催办), with the unit's answer."""

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="urgings", verbose_name="承办件"
    )
    text = models.TextField("催办要求")
    answer_by = models.DateField("要求反馈日期", null=True, blank=True)
    at = models.DateTimeField("催办时间")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="催办人")
    answer = models.TextField("反馈情况", blank=True)
    answered_at = models.DateTimeField("反馈时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="反馈人"
    )

    objects = UrgingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["assignment", "-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="urging_answer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"催办 {self.assignment}"
