"""Hand-overs of many cases at once, and cases passed to a system's office."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership
from congress.models import Congress, Office, Session
from suggestions.models import Deadline, Suggestion
from suggestions.visibility import cases_of


class Batch(models.Model):
    """A hand-over of many cases at once (交办批次), with a common date where one is set."""

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="+", verbose_name="人大")
    session = models.ForeignKey(
        Session, models.PROTECT, related_name="batches", verbose_name="届次会议"
    )
    name = models.CharField("名称", max_length=100)
    handed_over_on = models.DateField("交办日期")
    answer_by = models.DateField("统一办复日期", null=True, blank=True)
    requirements = models.TextField("办理要求", blank=True)
    created_at = models.DateTimeField("创建时间")
    created_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", verbose_name="创建人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "交办批次"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class ReferralQuerySet(QuerySet["Referral"]):
    def visible_to(self, actor: Membership) -> ReferralQuerySet:
        """Keep the referrals of cases that exist for the acting membership."""
        return self.filter(suggestion__in=cases_of(actor))

    def open(self) -> ReferralQuerySet:
        """Keep those whose office has yet to choose the units."""
        return self.filter(ended_at__isnull=True)


class Referral(models.Model):
    """A case passed to a system's office, which chooses the units (转办)."""

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="referrals", verbose_name="建议"
    )
    office = models.ForeignKey(
        Office, models.PROTECT, related_name="referrals", verbose_name="督查机构"
    )
    advice = models.TextField("交办意见", blank=True)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name="批次"
    )
    referred_at = models.DateTimeField("转办时间")
    referred_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", verbose_name="转办人"
    )
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办结人"
    )
    ended_why = models.CharField("办结方式", max_length=60, blank=True)
    deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referral",
        verbose_name="期限",
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "转办"
        ordering = ["suggestion", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "office"],
                condition=Q(ended_at__isnull=True),
                name="referral_one_open",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="referral_end_has_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion} → {self.office}"
