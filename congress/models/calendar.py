"""The working-day calendar: the State Council's notices as rows that people can correct."""

from django.db import models
from django.db.models import Q


class CalendarDay(models.Model):
    """A day about which a notice or a package says something (工作日历)."""

    class Status(models.TextChoices):
        OFFICIAL = "official", "正式"
        PROVISIONAL = "provisional", "暂定"

    date = models.DateField("日期", primary_key=True)
    is_workday = models.BooleanField("工作日")
    is_statutory_holiday = models.BooleanField("法定休假日", default=False)
    name = models.CharField("说明", max_length=40, blank=True)
    status = models.CharField("状态", max_length=12, choices=Status)
    source = models.CharField("来源", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(is_workday=True, is_statutory_holiday=True),
                name="calendar_day_works_or_rests",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"
