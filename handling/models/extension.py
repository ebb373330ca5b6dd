"""Requests to answer later (延期申请), never beyond the six months of the law."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership
from assignment.models import Assignment


class ExtensionRequestQuerySet(QuerySet["ExtensionRequest"]):
    def visible_to(self, actor: Membership) -> ExtensionRequestQuerySet:
        """Keep the requests of cases that exist for the acting membership; a unit's own."""
        requests = self.filter(assignment__in=Assignment.objects.visible_to(actor))
        if actor.unit_id is not None:
            return requests.filter(assignment__unit_id=actor.unit_id)
        return requests

    def undecided(self) -> ExtensionRequestQuerySet:
        """Keep those that wait for a decision."""
        return self.filter(outcome="")


class ExtensionRequest(models.Model):
    """A unit's request for a later day (延期申请); 代表法 §51 caps it at six months."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", "同意延期"
        REFUSED = "refused", "不同意延期"
        MOOT = "moot", "不再需要"

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="extension_requests", verbose_name="承办件"
    )
    reason = models.TextField("延期理由")
    until = models.DateField("申请延至")
    told_deputy = models.BooleanField("已向代表说明")
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", verbose_name="申请人"
    )
    office_view = models.CharField("系统督查机构意见", max_length=300, blank=True)
    outcome = models.CharField("决定", max_length=10, choices=Outcome, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人"
    )
    decision_note = models.CharField("决定说明", max_length=300, blank=True)

    objects = ExtensionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "延期申请"
        ordering = ["assignment", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(outcome=""), name="extension_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, outcome="")
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome=""),
                name="extension_decision_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} 申请延期"
