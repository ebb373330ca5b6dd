"""What a deputy says against the choice of units."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership
from suggestions.models import Suggestion
from suggestions.visibility import cases_of


class ObjectionQuerySet(QuerySet["Objection"]):
    def visible_to(self, actor: Membership) -> ObjectionQuerySet:
        """Keep the objections on cases that exist for the acting membership."""
        return self.filter(suggestion__in=cases_of(actor))

    def unanswered(self) -> ObjectionQuerySet:
        """Keep those the office has yet to answer."""
        return self.filter(answered_at__isnull=True)


class Objection(models.Model):
    """A deputy's view that the units are not the right ones (对交办的意见), and the answer."""

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="objections", verbose_name="建议"
    )
    text = models.TextField("意见")
    at = models.DateTimeField("提出时间")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="提出人")
    answer = models.TextField("答复意见", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对交办的意见"
        ordering = ["suggestion", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "by"],
                condition=Q(answered_at__isnull=True),
                name="objection_one_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="objection_answer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"对交办的意见：{self.suggestion}"
