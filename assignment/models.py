"""Who is to handle a case: referrals to an office, assignments, requests to be relieved."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, QuerySet

from accounts.models import Membership
from congress.models import Congress, Office, ReturnReason, Session, Unit
from suggestions.models import Deadline, Suggestion


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


class AssignmentQuerySet(QuerySet["Assignment"]):
    def visible_to(self, actor: Membership) -> AssignmentQuerySet:
        """Keep the assignments of cases that exist for the acting membership."""
        return self.filter(suggestion__in=Suggestion.objects.visible_to(actor))

    def live(self) -> AssignmentQuerySet:
        """Keep those that bind a unit now."""
        return self.exclude(state__in=ENDED_STATES)

    def answering(self) -> AssignmentQuerySet:
        """Keep those whose unit owes the deputy a reply: 独办, 主办, 分办."""
        return self.filter(role__in=ANSWERING_ROLES)


class Assignment(models.Model):
    """
    One unit's receipt of one case in one role (承办件, counted as 件次).

    The clocks hang on it: signing, the window for a return request, first contact, and the reply
    or, for a supporting unit, the opinion.
    """

    class Role(models.TextChoices):
        SOLE = "sole", "独办"
        LEAD = "lead", "主办"
        SUPPORT = "support", "协办"
        SPLIT = "split", "分办"

    class State(models.TextChoices):
        OFFERED = "offered", "待签收"
        ACCEPTED = "accepted", "办理中"
        RETURNING = "returning", "申请调整"
        REASSIGNED = "reassigned", "已改办"
        DONE = "done", "已办理"
        STOPPED = "stopped", "终止办理"

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="+", verbose_name="人大")
    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="assignments", verbose_name="建议"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="assignments", verbose_name="承办单位"
    )
    role = models.CharField("承办角色", max_length=10, choices=Role)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OFFERED)
    part = models.CharField("承办部分", max_length=300, blank=True)
    is_hard = models.BooleanField("涉及面广、处理难度大", default=False)
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name="批次",
    )
    referral = models.ForeignKey(
        Referral,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name="转办",
    )
    requirements = models.TextField("办理要求", blank=True)
    assigned_on = models.DateField("交办日期", null=True, blank=True)
    assigned_at = models.DateTimeField("交办时间", null=True, blank=True)
    assigned_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="交办人"
    )
    accepted_at = models.DateTimeField("签收时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签收人"
    )
    clerk = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办人"
    )
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)

    sign_deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signs",
        verbose_name="签收期限",
    )
    return_deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="return_window",
        verbose_name="申请调整期限",
    )
    contact_deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contact",
        verbose_name="首次沟通期限",
    )
    answer_deadline = models.OneToOneField(
        Deadline,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answered_assignment",
        verbose_name="答复或协办意见期限",
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承办件"
        ordering = ["suggestion", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["suggestion", "unit"],
                condition=~Q(state__in=["reassigned", "stopped"]),
                name="assignment_one_live_a_unit",
            ),
            models.UniqueConstraint(
                fields=["suggestion"],
                condition=Q(role="sole") & ~Q(state__in=["reassigned", "stopped"]),
                name="assignment_one_sole",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="assignment_acceptance_has_person",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "-id"], name="assignment_of_unit"),
            models.Index(fields=["congress", "unit"], name="assignment_of_congress"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}（{self.get_role_display()}）"

    @property
    def is_live(self) -> bool:
        """Test if the assignment binds its unit now."""
        return self.state not in ENDED_STATES

    @property
    def answers(self) -> bool:
        """Test if the unit owes the deputy a reply of its own."""
        return self.role in ANSWERING_ROLES


ENDED_STATES = {Assignment.State.REASSIGNED, Assignment.State.STOPPED}
ANSWERING_ROLES = {Assignment.Role.SOLE, Assignment.Role.LEAD, Assignment.Role.SPLIT}


class AssignmentRound(models.Model):
    """
    What one receipt did in one round (承办轮次): signed for, first contact, met in person.

    Folded from signing and talks under the case's lock, or taken from a ledger; the ledger and
    the meeting rate read it.
    """

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="rounds", verbose_name="承办件"
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    accepted_on = models.DateField("签收日期", null=True, blank=True)
    returned_times = models.PositiveSmallIntegerField("退办次数", default=0)
    first_contact_on = models.DateField("首次沟通日期", null=True, blank=True)
    met_in_person = models.BooleanField("见面沟通", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "承办轮次"
        ordering = ["assignment", "round"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "round"], name="assignment_round_once"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} 第{self.round}轮"


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
