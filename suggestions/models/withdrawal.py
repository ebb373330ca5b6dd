"""A deputy's wish to withdraw, and what each co-signer says to it."""

from django.db import models
from django.db.models import Q

from accounts.models import Membership
from suggestions.models.attachment import Attachment
from suggestions.models.cosigner import CoSigner
from suggestions.models.suggestion import Suggestion


class Withdrawal(models.Model):
    """
    A request to withdraw (撤回申请), effective when every co-signer has agreed.

    上海2015第十条: a joint suggestion only with all of its co-signers.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "征求联名代表意见"
        DONE = "done", "已撤回"
        REFUSED = "refused", "联名代表不同意"
        CANCELLED = "cancelled", "已取消"

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="withdrawals", verbose_name="建议"
    )
    reason = models.TextField("撤回理由")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField("申请时间")
    asked_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", verbose_name="申请人"
    )
    request_scan = models.ForeignKey(
        Attachment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="书面申请扫描件",
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "撤回申请"
        ordering = ["suggestion", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion"], condition=Q(state="waiting"), name="withdrawal_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | ~Q(state="waiting") & Q(ended_at__isnull=False),
                name="withdrawal_end_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion} {self.get_state_display()}"


class WithdrawalConsent(models.Model):
    """What one co-signer says to the withdrawal (对撤回的意见)."""

    class State(models.TextChoices):
        WAITING = "waiting", "待表态"
        AGREED = "agreed", "同意撤回"
        REFUSED = "refused", "不同意撤回"

    withdrawal = models.ForeignKey(
        Withdrawal, models.CASCADE, related_name="consents", verbose_name="撤回申请"
    )
    cosigner = models.ForeignKey(
        CoSigner, models.CASCADE, related_name="withdrawal_consents", verbose_name="联名代表"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    answered_at = models.DateTimeField("表态时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="表态操作人",
    )
    scan = models.ForeignKey(
        Attachment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="书面意见扫描件",
    )

    class Meta:
        verbose_name = verbose_name_plural = "对撤回的意见"
        ordering = ["withdrawal", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["withdrawal", "cosigner"], name="consent_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(state="waiting") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="consent_answer_has_time_and_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cosigner.deputy}（{self.get_state_display()}）"
