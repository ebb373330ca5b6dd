"""Notices of supervision: prepared by the clock, released by a person, answered by the unit."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Membership, Role
from accounts.roles import COMMITTEE_STAFF_ROLES, OFFICE_ROLES, UNIT_ROLES
from assignment.models import Assignment
from congress.models import Congress, Office, Unit
from suggestions.models import Deadline
from suggestions.visibility import cases_of


class SupervisionNoticeQuerySet(QuerySet["SupervisionNotice"]):
    def visible_to(self, actor: Membership) -> SupervisionNoticeQuerySet:
        """
        Keep the notices that exist for the acting membership.

        A draft exists for those who may release it alone; what was released, for the unit that
        got it and for those who supervise the case.
        """
        visible = self.filter(assignment__suggestion__in=cases_of(actor))
        if actor.role in UNIT_ROLES:
            return visible.released().filter(assignment__unit=actor.unit_id)
        if actor.role in COMMITTEE_STAFF_ROLES:
            return visible.filter(congress_id=actor.congress_id)
        if actor.role == Role.SYSTEM_OFFICE:
            units = Unit.objects.filter(system__office_id=actor.office_id)
            own = Q(assignment__unit__in=units)
            return visible.filter(own | Q(state=SupervisionNotice.State.RELEASED))
        if actor.role in OFFICE_ROLES | {Role.COMMITTEE, Role.LEADER}:
            return visible.released()
        return self.none()

    def drafts(self) -> SupervisionNoticeQuerySet:
        """Keep those that wait for a person to look at them."""
        return self.filter(state=SupervisionNotice.State.DRAFT)

    def released(self) -> SupervisionNoticeQuerySet:
        """Keep those that the units have."""
        return self.filter(state=SupervisionNotice.State.RELEASED)

    def unanswered(self) -> SupervisionNoticeQuerySet:
        """Keep the released ones whose unit has not answered."""
        return self.released().filter(answered_at__isnull=True)


class SupervisionNotice(models.Model):
    """
    A notice to a unit whose duty is late (督办通知单).

    The daily run prepares it; a person of 代表工委 or of the system's office reads, corrects and
    releases it. ``missed_on`` is the last day that the unit let pass: a clock that is extended and
    missed again may have another notice.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "待签发"
        RELEASED = "released", "已签发"
        DROPPED = "dropped", "不予签发"

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="+", verbose_name="人大")
    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="supervision_notices", verbose_name="承办件"
    )
    deadline = models.ForeignKey(
        Deadline, models.CASCADE, related_name="+", verbose_name="逾期的期限"
    )
    missed_on = models.DateField("原定日期")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    text = models.TextField("通知内容")
    prepared_at = models.DateTimeField("拟稿时间")
    edited_at = models.DateTimeField("修改时间", null=True, blank=True)
    edited_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="修改人"
    )

    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发机构"
    )
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    number = models.PositiveIntegerField("序号", null=True, blank=True)
    answer_by = models.DateField("要求回应日期", null=True, blank=True)
    released_at = models.DateTimeField("签发时间", null=True, blank=True)
    released_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )

    dropped_at = models.DateTimeField("不予签发时间", null=True, blank=True)
    dropped_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人"
    )
    dropped_why = models.CharField("不予签发原因", max_length=200, blank=True)

    answer = models.TextField("回应", blank=True)
    answered_at = models.DateTimeField("回应时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回应人"
    )

    objects = SupervisionNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督办通知单"
        ordering = ["-year", "-number", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "missed_on"], name="notice_once_for_a_missed_day"
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state="draft") | Q(state="released", answered_at__isnull=True),
                name="notice_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["congress", "year", "number"], name="notice_number_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="released",
                    office__isnull=False,
                    year__isnull=False,
                    number__isnull=False,
                    answer_by__isnull=False,
                    released_at__isnull=False,
                    released_by__isnull=False,
                )
                | ~Q(state="released")
                & Q(
                    office__isnull=True,
                    year__isnull=True,
                    number__isnull=True,
                    released_at__isnull=True,
                    released_by__isnull=True,
                ),
                name="notice_release_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(edited_at__isnull=True, edited_by__isnull=True)
                | Q(edited_at__isnull=False, edited_by__isnull=False),
                name="notice_edit_has_person",
            ),
            models.CheckConstraint(
                condition=Q(state="dropped", dropped_at__isnull=False) & ~Q(dropped_why="")
                | ~Q(state="dropped")
                & Q(dropped_at__isnull=True, dropped_by__isnull=True, dropped_why=""),
                name="notice_drop_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, state="released")
                & ~Q(answer=""),
                name="notice_answer_is_whole",
            ),
        ]
        triggers = [
            # A number given is a paper on a desk: it is neither taken back nor reworded.
            pgtrigger.Protect(
                name="released_notice_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'released' AND (OLD.state, OLD.text, OLD.year, OLD.number, "
                    "OLD.office_id, OLD.answer_by, OLD.released_at) IS DISTINCT FROM "
                    "(NEW.state, NEW.text, NEW.year, NEW.number, NEW.office_id, NEW.answer_by, "
                    "NEW.released_at)"
                ),
            ),
            pgtrigger.Protect(
                name="released_notice_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="released"),
            ),
        ]
        indexes = [
            models.Index(fields=["congress"], condition=Q(state="draft"), name="notice_to_release"),
        ]

    def __str__(self) -> str:
        return self.number_text or "督办通知单（待签发）"

    def get_absolute_url(self) -> str:
        """Return the address of the notice's own page."""
        return reverse("supervision:notice", args=[self.pk])

    @property
    def number_text(self) -> str:
        """Write the number as on paper (督办通〔2026〕第3号); nothing before the release."""
        return f"督办通〔{self.year}〕第{self.number}号" if self.number else ""
