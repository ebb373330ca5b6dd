"""The timeline people read. The record is ``audit``'s business."""

import pgtrigger
from django.db import models

from accounts.models import Membership
from congress.models import Unit
from suggestions.models.suggestion import Suggestion
from suggestions.stages import Stage
from suggestions.visibility import audience_condition, cases_of


class Audience(models.TextChoices):
    """Who may read an entry, an attachment or a talk (可见范围)."""

    EVERYONE = "everyone", "各方"
    OFFICES = "offices", "交办督办机关"
    NOT_UNITS = "not_units", "代表和交办督办机关"
    UNIT = "unit", "本单位和交办督办机关"


class StageEventQuerySet(models.QuerySet["StageEvent"]):
    def visible_to(self, actor: Membership) -> "StageEventQuerySet":
        """Keep the entries of visible cases that are meant for the acting membership."""
        return self.filter(audience_condition(actor), suggestion__in=cases_of(actor))


class StageEvent(models.Model):
    """
    One entry of the timeline (办理过程).

    With a target it is a step through ``workflow.advance``; without, something that happened
    inside a stage.
    """

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="events", verbose_name="建议"
    )
    action = models.CharField("动作", max_length=40)
    text = models.CharField("内容", max_length=300)
    note = models.TextField("说明", blank=True)
    source = models.CharField("原阶段", max_length=20, choices=Stage, blank=True)
    target = models.CharField("新阶段", max_length=20, choices=Stage, blank=True)
    round = models.PositiveSmallIntegerField("办理轮次", default=1)
    audience = models.CharField(
        "可见范围", max_length=16, choices=Audience, default=Audience.EVERYONE
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办单位"
    )
    by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="操作人"
    )
    at = models.DateTimeField("时间")

    objects = StageEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理过程"
        ordering = ["suggestion", "at", "pk"]
        indexes = [models.Index(fields=["suggestion", "-at"], name="event_of_case")]
        triggers = [pgtrigger.Protect(name="never_rewritten", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.text
