"""Who signs a suggestion besides the deputy who leads it."""

from django.db import models
from django.db.models import Q

from accounts.models import Membership
from congress.models import Deputy
from suggestions.models.suggestion import Suggestion


class CoSigner(models.Model):
    """A deputy asked to co-sign (联名代表); counts once confirmed by that deputy's own will."""

    class State(models.TextChoices):
        INVITED = "invited", "待确认"
        CONFIRMED = "confirmed", "已确认"
        DECLINED = "declined", "不联名"

    class Way(models.TextChoices):
        ONLINE = "online", "网上确认"
        PAPER = "paper", "纸质签名"

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="cosigners", verbose_name="建议"
    )
    deputy = models.ForeignKey(
        Deputy, models.PROTECT, related_name="cosignatures", verbose_name="联名代表"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.INVITED)
    way = models.CharField("确认方式", max_length=8, choices=Way, blank=True)
    invited_at = models.DateTimeField("邀请时间")
    answered_at = models.DateTimeField("确认时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认操作人",
    )
    scan = models.ForeignKey(
        "Attachment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="签名扫描件",
    )

    class Meta:
        verbose_name = verbose_name_plural = "联名代表"
        ordering = ["suggestion", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "deputy"], name="cosigner_once"),
            models.CheckConstraint(
                condition=Q(state="invited", answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(state="invited"),
                name="cosigner_answer_has_time_and_person",
            ),
            models.CheckConstraint(
                condition=~Q(way="paper", state="confirmed") | Q(scan__isnull=False),
                name="cosigner_on_paper_has_scan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy}（{self.get_state_display()}）"
