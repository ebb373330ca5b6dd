"""A unit's receipt of a case, and what it did in each round."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership
from assignment.models.referral import Batch, Referral
from congress.models import Congress, Unit
from suggestions.models import Deadline, Suggestion
from suggestions.visibility import cases_of


class AssignmentQuerySet(QuerySet["Assignment"]):
    def visible_to(self, actor: Membership) -> AssignmentQuerySet:
        """Keep the assignments of cases that exist for the acting membership."""
        return self.filter(suggestion__in=cases_of(actor))

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
    hard_reason = models.CharField("难度说明", max_length=200, blank=True)
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
    ended_why = models.CharField("终止原因", max_length=200, blank=True)

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
            # The search by a unit's name, the list by unit and a unit's share of meetings read this
            # alone, thousands of receipts.
            models.Index(
                fields=["unit"],
                include=["suggestion", "role", "id"],
                condition=~Q(state__in=["reassigned", "stopped"]),
                name="assignment_live_of_unit",
            ),
            models.Index(
                fields=["id"], condition=Q(state="returning"), name="assignment_returning"
            ),
            # Whether anybody is left to answer a case (缺承办单位), and in which system.
            models.Index(
                fields=["suggestion"],
                include=["unit"],
                condition=Q(role__in=["sole", "lead", "split"])
                & ~Q(state__in=["reassigned", "stopped"]),
                name="assignment_answering",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}（{self.get_role_display()}）"

    def get_role_display(self) -> str:
        """Name the role; a page of a list names a hundred and fifty."""
        return str(self.Role(self.role).label)

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
