"""A unit's request to be relieved of a case."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, QuerySet

from accounts.models import Membership
from assignment.models.assignment import Assignment
from congress.models import Office, ReturnReason, Unit
from suggestions.models import Deadline


class ReturnRequestQuerySet(QuerySet["ReturnRequest"]):
    def visible_to(self, actor: Membership) -> ReturnRequestQuerySet:
        """Keep the requests of assignments that exist for the acting membership."""
        return self.filter(assignment__in=Assignment.objects.visible_to(actor))

    def undecided(self) -> ReturnRequestQuerySet:
        """Keep those that wait for a decision."""
        return self.filter(decided_at__isnull=True)


class ReturnRequest(models.Model):
    """A unit's reasoned request to be relieved (申请调整承办单位), once per unit and case."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", "同意调整"
        REFUSED = "refused", "不予调整"

    assignment = models.OneToOneField(
        Assignment, models.CASCADE, related_name="return_request", verbose_name="承办件"
    )
    reason = models.ForeignKey(ReturnReason, models.PROTECT, related_name="+", verbose_name="理由")
    explanation = models.TextField("说明")
    proposed_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="建议改由"
    )
    decider = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="裁定机构")
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", verbose_name="申请人"
    )
    outcome = models.CharField("裁定", max_length=10, choices=Outcome, blank=True)
    decided_at = models.DateTimeField("裁定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="裁定人"
    )
    decision_note = models.TextField("裁定说明", blank=True)
    deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="return_request",
        verbose_name="裁定期限",
    )

    objects = ReturnRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "调整申请"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, outcome="")
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome=""),
                name="return_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(decided_at__gte=F("asked_at")),
                name="return_decided_after_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} 申请调整"
