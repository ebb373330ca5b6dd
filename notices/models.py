"""What people are told: alerts that are never lost, messages that carry them outside."""

import uuid
from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from accounts.models import Membership, User
from congress.models import Congress


class Message(models.Model):
    """One delivery to one person on one day (消息), grouping the alerts of that day."""

    class Channel(models.TextChoices):
        SMS = "sms", "短信"
        EMAIL = "email", "电子邮件"
        WEBHOOK = "webhook", "政务平台"

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"
        PARKED = "parked", "存疑待核"
        UNNEEDED = "unneeded", "无需发送"

    user = models.ForeignKey(
        User, models.PROTECT, related_name="outside_messages", verbose_name="收件人"
    )
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    day = models.DateField("日期")
    slot = models.PositiveSmallIntegerField("时段")
    address = models.CharField("地址", max_length=200)
    text = models.TextField("内容")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    not_before = models.DateTimeField("最早发送时间")
    state_at = models.DateTimeField("状态时间")
    error = models.CharField("错误", max_length=300, blank=True)
    # The same however often it is tried: a gateway that has seen it drops the repeat.
    key = models.UUIDField("幂等键", default=uuid.uuid4, editable=False, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "对外消息"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day"],
                condition=~Q(state="unneeded"),
                name="message_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "unneeded"]) | ~Q(text="") & Q(attempts__gt=0),
                name="message_that_left_says_something",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=Q(state__in=["waiting", "sending"]),
                name="message_undelivered",
            ),
            models.Index(
                fields=["state_at"],
                condition=Q(state__in=["failed", "parked"]),
                name="message_for_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.day} {self.get_channel_display()}"


class Alert(models.Model):
    """Something a person is told in the inbox (提醒); the row is written with the change itself."""

    class Kind(models.TextChoices):
        EVENT = "event", "办理动态"
        TASK = "task", "待办"
        DUE = "due", "期限提醒"

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="+", verbose_name="人大")
    recipient = models.ForeignKey(
        Membership, models.PROTECT, related_name="alerts", verbose_name="接收身份"
    )
    kind = models.CharField("类型", max_length=10, choices=Kind, default=Kind.EVENT)
    text = models.CharField("内容", max_length=300)
    link = models.CharField("链接", max_length=200, blank=True)
    # Plain numbers: the rows they name live on a floor above this one.
    suggestion_id = models.BigIntegerField("建议", null=True, blank=True)
    deadline_id = models.BigIntegerField("期限", null=True, blank=True)
    rung = models.SmallIntegerField("档次", null=True, blank=True)
    day = models.DateField("日期")
    at = models.DateTimeField("时间")
    key = models.CharField("去重键", max_length=120)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    grouped_at = models.DateTimeField("归入消息时间", null=True, blank=True)
    message = models.ForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="alerts",
        verbose_name="对外消息",
    )

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="alert_once"),
            models.UniqueConstraint(
                fields=["deadline_id", "rung", "day", "recipient"],
                condition=Q(deadline_id__isnull=False),
                name="alert_once_a_rung_and_day",
            ),
            models.CheckConstraint(
                condition=Q(message__isnull=True) | Q(grouped_at__isnull=False),
                name="alert_in_a_message_was_grouped",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-at"], name="alert_inbox"),
            models.Index(
                fields=["id"], condition=Q(grouped_at__isnull=True), name="alert_ungrouped"
            ),
            models.Index(fields=["suggestion_id"], name="alert_by_suggestion"),
            # The number on the bell is on every page.
            models.Index(
                fields=["recipient", "-at", "-id"],
                condition=Q(read_at__isnull=True),
                name="alert_unread",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def due_on(self) -> date | None:
        """Return the last day of the deadline a reminder is about; a rung counts days to it."""
        return None if self.rung is None else self.day + timedelta(days=self.rung)
