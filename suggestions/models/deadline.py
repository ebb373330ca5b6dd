"""Deadlines as rows: who owes what until when, by which rule, and how it ended."""

from datetime import date

from django.db import models
from django.db.models import F, Q, QuerySet

from accounts.models import Membership, Role
from congress.models import Congress, Deputy, Office, RulesProfile, Unit
from suggestions.models.suggestion import Suggestion
from suggestions.visibility import cases_of


class DeadlineQuerySet(QuerySet["Deadline"]):
    def visible_to(self, actor: Membership) -> "DeadlineQuerySet":
        """
        Keep the clocks of visible cases that the acting membership may know of.

        The clocks that start only after 不满意 would tell a unit what is not yet released.
        """
        return self.filter(suggestion__in=cases_of(actor)).in_seen_cases(actor)

    def in_seen_cases(self, actor: Membership) -> "DeadlineQuerySet":
        """Keep what the actor may know of in cases that are known to be visible."""
        if actor.role in {Role.CLERK, Role.UNIT_HEAD, Role.LEADING_OFFICIAL}:
            return self.exclude(kind__in=AFTER_A_VERDICT)
        return self

    def open(self) -> "DeadlineQuerySet":
        """Keep those that still run: neither met nor ended."""
        return self.filter(met_at__isnull=True, ended_at__isnull=True)

    def duties(self) -> "DeadlineQuerySet":
        """Keep those somebody must meet; a window for a right is none."""
        return self.filter(is_duty=True)

    def overdue(self, *, on: date) -> "DeadlineQuerySet":
        """Keep the open duties whose last day is past."""
        return self.open().duties().filter(due_on__lt=on)

    def with_reasons(self) -> "DeadlineQuerySet":
        """Fetch with each what its explanation does not hold itself: who extended it."""
        return self.prefetch_related(*WHO_EXTENDED)

    def due_within(self, *, days_from: date, days_to: date) -> "DeadlineQuerySet":
        """Keep the open duties that end between two days, both included."""
        return self.open().duties().filter(due_on__range=(days_from, days_to))


class Deadline(models.Model):
    """
    One running or ended clock (期限).

    Opened, extended, met and ended only through ``suggestions.deadlines``. The obligation (an
    assignment, a reply, a promise…) points down to it.
    """

    class Kind(models.TextChoices):
        REVIEW = "review", "审核"
        ASSIGN = "assign", "交办"
        REFERRAL = "referral", "转办"
        SIGN = "sign", "签收"
        RETURN_WINDOW = "return_window", "申请调整窗口"
        RETURN_DECISION = "return_decision", "裁定调整申请"
        CONTACT = "contact", "首次沟通"
        OPINION = "opinion", "协办意见"
        OPINION_REDO = "opinion_redo", "重提协办意见"
        REPLY = "reply", "答复"
        CONSULT = "consult", "初步答复征求意见"
        FEEDBACK = "feedback", "评价"
        RELEASE = "release", "反馈评价"
        REHANDLE_DECISION = "rehandle_decision", "研究是否重新办理"
        PROMISE = "promise", "承诺事项"
        CLEARANCE = "clearance", "核定销号"

    class Source(models.TextChoices):
        RULE = "rule", "规则"
        BATCH = "batch", "批次"
        IMPORTED = "imported", "导入"
        SET_BY_HAND = "by_hand", "指定"

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="+", verbose_name="人大")
    suggestion = models.ForeignKey(
        Suggestion,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="deadlines",
        verbose_name="建议",
    )
    kind = models.CharField("类型", max_length=20, choices=Kind)
    holder_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deadlines",
        verbose_name="责任单位",
    )
    holder_deputy = models.ForeignKey(
        Deputy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deadlines",
        verbose_name="责任代表",
    )
    holder_office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deadlines",
        verbose_name="责任机构",
    )
    is_duty = models.BooleanField("须履行", default=True)
    starts_on = models.DateField("起算日期")
    due_on = models.DateField("截止日期")
    is_provisional = models.BooleanField("暂定", default=False)
    met_at = models.DateTimeField("完成时间", null=True, blank=True)
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)
    ended_why = models.CharField("终止原因", max_length=60, blank=True)
    extended_from = models.DateField("原截止日期", null=True, blank=True)
    extended_why = models.CharField("延期说明", max_length=200, blank=True)
    extended_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="延期决定人",
    )
    source = models.CharField("来源", max_length=10, choices=Source, default=Source.RULE)
    profile = models.ForeignKey(
        RulesProfile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="规则版本",
    )
    explanation = models.JSONField("计算说明", default=dict, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "期限"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    holder_unit__isnull=False,
                    holder_deputy__isnull=True,
                    holder_office__isnull=True,
                )
                | Q(
                    holder_unit__isnull=True,
                    holder_deputy__isnull=False,
                    holder_office__isnull=True,
                )
                | Q(
                    holder_unit__isnull=True,
                    holder_deputy__isnull=True,
                    holder_office__isnull=False,
                ),
                name="deadline_has_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(ended_at__isnull=True),
                name="deadline_met_or_ended",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="")
                | Q(ended_at__isnull=False) & ~Q(ended_why=""),
                name="deadline_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")) | Q(source="imported"),
                name="deadline_ends_after_it_starts",
            ),
        ]
        indexes = [
            # What is late and soon is counted from this alone and read in the order of its days,
            # also by those who oversee cases of several congresses.
            models.Index(
                fields=["due_on", "id"],
                include=[
                    "congress",
                    "suggestion",
                    "kind",
                    "holder_unit",
                    "holder_deputy",
                    "holder_office",
                ],
                condition=Q(met_at__isnull=True, ended_at__isnull=True, is_duty=True),
                name="deadline_duty_by_day",
            ),
            models.Index(
                fields=["holder_unit", "due_on"],
                condition=Q(met_at__isnull=True, ended_at__isnull=True),
                name="deadline_of_unit",
            ),
            # Beside the key's own index, which holds the ended ones too: the nearest day of a case,
            # and its clocks of one kind, are asked for on every list.
            models.Index(
                fields=["suggestion", "kind", "due_on"],
                condition=Q(met_at__isnull=True, ended_at__isnull=True),
                name="deadline_running_of_case",
            ),
            models.Index(
                fields=["suggestion", "due_on", "id"],
                condition=Q(met_at__isnull=True, ended_at__isnull=True, is_duty=True),
                name="deadline_duty_of_case",
            ),
            models.Index(
                fields=["kind", "due_on"],
                condition=Q(met_at__isnull=True, ended_at__isnull=True),
                name="deadline_running_of_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_on:%Y-%m-%d}"

    @property
    def holder(self) -> Unit | Deputy | Office:
        """Return the one who must meet it."""
        holder = self.holder_unit or self.holder_deputy or self.holder_office
        assert holder is not None  # noqa: S101 - the database keeps exactly one
        return holder

    @property
    def is_open(self) -> bool:
        """Test if the clock still runs."""
        return self.met_at is None and self.ended_at is None


#: What to prefetch beside a deadline on a page that explains its date.
WHO_EXTENDED = ("extended_by__office", "extended_by__unit")
#: Clocks of 代表工委 that begin because of what a deputy said.
AFTER_A_VERDICT = {Deadline.Kind.RELEASE, Deadline.Kind.REHANDLE_DECISION}
