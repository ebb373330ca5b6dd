"""The working-day calendar: the State Council's notices as rows that people can correct."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q


class CalendarMark(models.Model):
    """The mark of the calendar's present state (日历标记): one row, renewed by every change."""

    mark = models.UUIDField("标记", default=uuid.uuid4)
    reckoned = models.UUIDField("已据此重算期限的标记", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历标记"

    def __str__(self) -> str:
        return str(self.mark)


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
        triggers = [
            # A statement at a time: an import of a year is one change.
            pgtrigger.Trigger(
                name="calendar_leaves_a_mark",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    INSERT INTO congress_calendarmark (id, mark) VALUES (1, gen_random_uuid())
                    ON CONFLICT (id) DO UPDATE SET mark = EXCLUDED.mark;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"
