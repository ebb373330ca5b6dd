"""A reply as it reached each deputy (答复送达)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership
from assignment.models import Assignment
from congress.models import Deputy
from handling.models.reply import Reply
from suggestions.models import Deadline


class DeliveryQuerySet(QuerySet["Delivery"]):
    def visible_to(self, actor: Membership) -> DeliveryQuerySet:
        """Keep the deliveries of cases that exist for the acting membership; a deputy's own."""
        visible = Assignment.objects.visible_to(actor)
        deliveries = self.filter(reply__assignment__in=visible)
        if actor.deputy_id is not None:
            return deliveries.filter(deputy_id=actor.deputy_id)
        return deliveries


class Delivery(models.Model):
    """A reply as it reached one deputy (答复送达): the lead and every co-signer each have one."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="deliveries", verbose_name="答复")
    deputy = models.ForeignKey(
        Deputy, models.PROTECT, related_name="deliveries", verbose_name="代表"
    )
    is_lead = models.BooleanField("领衔代表")
    on_paper = models.BooleanField("纸质送达", default=False)
    delivered_at = models.DateTimeField("送达时间")
    received_on = models.DateField("收到日期", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    feedback_deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="delivery",
        verbose_name="评价期限",
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "答复送达"
        ordering = ["reply", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "deputy"], name="delivery_once_a_deputy"),
            models.UniqueConstraint(
                fields=["reply"], condition=Q(is_lead=True), name="delivery_one_lead"
            ),
        ]
        indexes = [
            # What 代表工委 waits for, among all that ever was delivered.
            models.Index(
                fields=["reply"],
                condition=Q(on_paper=True, received_on__isnull=True),
                name="delivery_on_its_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reply} 送{self.deputy}"
