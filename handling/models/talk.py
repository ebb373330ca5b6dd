"""Talks between a unit and deputies (沟通、面商), counted only once the deputy confirms them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Membership
from assignment.models import Assignment
from congress.models import Deputy
from suggestions.models import Attachment


class TalkQuerySet(QuerySet["Talk"]):
    def visible_to(self, actor: Membership) -> TalkQuerySet:
        """Keep what the acting membership may read: a unit and a co-signer only their own talks."""
        talks = self.filter(assignment__in=Assignment.objects.visible_to(actor))
        if actor.unit_id is not None:
            return talks.filter(assignment__unit_id=actor.unit_id)
        if actor.deputy_id is not None:
            led = Q(assignment__suggestion__lead_deputy_id=actor.deputy_id)
            return talks.filter(led | Q(deputy_id=actor.deputy_id))
        return talks

    def counted(self) -> TalkQuerySet:
        """Keep those that count as having talked (有效沟通)."""
        return self.filter(state__in=COUNTED)

    def confirmed_attempts(self) -> TalkQuerySet:
        """Keep the attempts that 代表工委 has checked."""
        return self.filter(state=Talk.State.ATTEMPT_CONFIRMED)


class Talk(models.Model):
    """
    A talk, or an attempt at one, put on record by the unit (沟通记录).

    An attempt (未联系上) counts for the exception to 不沟通不答复 once 代表工委 confirms it.
    """

    class Way(models.TextChoices):
        MEETING = "meeting", "见面沟通"
        SITE_VISIT = "site_visit", "现场察看"
        FORUM = "forum", "座谈会"
        VIDEO = "video", "视频沟通"
        PHONE = "phone", "电话沟通"
        MESSAGE = "message", "短信、网络沟通"

    class Phase(models.TextChoices):
        BEFORE = "before", "办理前"
        DURING = "during", "办理中"
        AFTER = "after", "办理后"

    class State(models.TextChoices):
        RECORDED = "recorded", "待代表确认"
        CONFIRMED = "confirmed", "代表已确认"
        SIGNED = "signed", "有签名记录"
        UNDISPUTED = "undisputed", "期满无异议"
        DISPUTED = "disputed", "代表不认可"
        ATTEMPT = "attempt", "未联系上"
        ATTEMPT_CONFIRMED = "attempt_confirmed", "工委已核实未联系上"

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="talks", verbose_name="承办件"
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    deputy = models.ForeignKey(
        Deputy, models.PROTECT, null=True, blank=True, related_name="talks", verbose_name="沟通代表"
    )
    way = models.CharField("沟通方式", max_length=12, choices=Way)
    phase = models.CharField("沟通阶段", max_length=8, choices=Phase)
    talked_on = models.DateField("沟通日期")
    place = models.CharField("地点", max_length=100, blank=True)
    unit_people = models.CharField("参加人员", max_length=200)
    summary = models.TextField("沟通内容")
    agreed = models.TextField("商定事项", blank=True)
    record = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="面商记录"
    )
    state = models.CharField("状态", max_length=20, choices=State, default=State.RECORDED)
    recorded_at = models.DateTimeField("记录时间")
    recorded_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", verbose_name="记录人"
    )
    answered_at = models.DateTimeField("确认时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    dispute = models.CharField("不认可的说明", max_length=300, blank=True)

    objects = TalkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "沟通记录"
        ordering = ["assignment", "talked_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="talk_answer_has_time_and_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(record__isnull=False),
                name="talk_signed_has_record",
            ),
        ]
        indexes = [
            # What 代表工委 has to check, not the talks of all years.
            models.Index(
                fields=["assignment"], condition=Q(state="attempt"), name="talk_attempted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.talked_on:%Y-%m-%d} {self.get_way_display()}"


#: Ways that are face to face; 视频 is not. The rule ``min_meeting_share`` counts these.
IN_PERSON = {Talk.Way.MEETING, Talk.Way.SITE_VISIT, Talk.Way.FORUM}
#: States in which a talk counts.
COUNTED = {Talk.State.CONFIRMED, Talk.State.SIGNED, Talk.State.UNDISPUTED}
