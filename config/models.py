"""What befell the machine itself; everything about people and cases is kept by the apps."""

from django.db import models


class FailedTask(models.Model):
    """A background task that failed on a day in one way (后台任务失败), and how often."""

    class Kind(models.TextChoices):
        FAULT = "fault", "出错"
        TOO_LONG = "too_long", "超时"
        KILLED = "killed", "进程被终止"
        OUT_OF_MEMORY = "out_of_memory", "内存不足"

    task = models.CharField("任务", max_length=120)
    day = models.DateField("日期")
    kind = models.CharField("类型", max_length=16, choices=Kind)
    # The name of the fault and no more: its words may come from a case, which the administrators
    # do not read. The log has the rest.
    error = models.CharField("错误", max_length=120)
    times = models.PositiveIntegerField("次数", default=0)
    first_at = models.DateTimeField("首次时间")
    last_at = models.DateTimeField("最近时间")

    class Meta:
        verbose_name = verbose_name_plural = "后台任务失败"
        ordering = ["-last_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "day", "kind", "error"], name="failed_task_once_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(last_at__gte=models.F("first_at")),
                name="failed_task_last_after_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.day} {self.get_kind_display()}"
