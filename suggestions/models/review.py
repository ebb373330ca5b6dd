"""What reviewers decided and why, and who has a case open on the desk just now."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Membership
from suggestions.models.suggestion import Suggestion
from suggestions.stages import Stage


class Review(models.Model):
    """One decision of a review (审核意见); the deputies read it, units never do."""

    class Outcome(models.TextChoices):
        PASSED = "passed", "初审通过"
        SENT_BACK = "sent_back", "退回修改"
        ACCEPTED = "accepted", "受理编号"
        DECLINED = "declined", "不作建议处理"
        MERGED = "merged", "并案"

    class NextStep(models.TextChoices):
        """What becomes of a text that is not taken as a suggestion (重庆2018第十三条等)."""

        RETURNED = "returned", "退回代表"
        LETTER = "letter", "作为代表来信处理"
        FORWARDED = "forwarded", "转有关部门作工作参考"

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="reviews", verbose_name="建议"
    )
    during = models.CharField("审核阶段", max_length=20, choices=Stage)
    outcome = models.CharField("审核结果", max_length=10, choices=Outcome)
    opinion = models.TextField("审核意见", blank=True)
    next_step = models.CharField("后续处理", max_length=10, choices=NextStep, blank=True)
    forwarded_to = models.CharField("转送单位", max_length=100, blank=True)
    points = ArrayField(
        models.CharField(max_length=100), verbose_name="需修改的方面", default=list, blank=True
    )
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name="审核人")
    at = models.DateTimeField("审核时间")

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        ordering = ["suggestion", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["passed", "accepted"]) | ~Q(opinion=""),
                name="review_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(outcome="declined") & ~Q(next_step="")
                | ~Q(outcome="declined") & Q(next_step=""),
                name="review_decline_says_what_next",
            ),
            models.CheckConstraint(
                condition=~Q(next_step="forwarded") | ~Q(forwarded_to=""),
                name="review_forward_names_the_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.at:%Y-%m-%d}"


class OpenReview(models.Model):
    """Who has a case open for review (正在审核): a courtesy to colleagues, no lock."""

    suggestion = models.OneToOneField(
        Suggestion, models.CASCADE, related_name="open_review", verbose_name="建议"
    )
    by = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name="审核人")
    at = models.DateTimeField("打开时间")

    class Meta:
        verbose_name = verbose_name_plural = "正在审核"

    def __str__(self) -> str:
        return f"{self.by} {self.at:%H:%M}"
