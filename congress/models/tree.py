"""The tree of congresses, their terms and sessions."""

from django.db import models
from django.db.models import F, Q


class Congress(models.Model):
    """A people's congress (人民代表大会) of one level; districts and townships hang below."""

    class Level(models.TextChoices):
        PROVINCE = "province", "省级"
        CITY = "city", "设区的市级"
        COUNTY = "county", "县级"
        TOWNSHIP = "township", "乡级"

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=40)
    level = models.CharField("层级", max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级人大",
    )
    words = models.JSONField("用语", default=dict, blank=True)
    help_phone = models.CharField("咨询电话", max_length=40, blank=True)
    is_demonstration = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "人民代表大会"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Term(models.Model):
    """A term of office (届) of a congress."""

    congress = models.ForeignKey(
        Congress, models.PROTECT, related_name="terms", verbose_name="人大"
    )
    number = models.PositiveSmallIntegerField("届次")
    name = models.CharField("名称", max_length=60)
    starts_on = models.DateField("开始日期", null=True, blank=True)
    ends_on = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "届"
        ordering = ["congress", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "number"], name="term_number_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """
    A session (会议) of a congress, and the months between it and the next.

    What is filed while it sits is 大会 business, what is filed afterwards 闭会 business of the
    same session.
    """

    congress = models.ForeignKey(
        Congress, models.PROTECT, related_name="sessions", verbose_name="人大"
    )
    term = models.ForeignKey(Term, models.PROTECT, related_name="sessions", verbose_name="届")
    number = models.PositiveSmallIntegerField("会次")
    name = models.CharField("名称", max_length=100)
    opens_on = models.DateField("开幕日期", null=True, blank=True)
    closes_on = models.DateField("闭幕日期", null=True, blank=True)
    filing_closes_at = models.DateTimeField("建议提交截止时间", null=True, blank=True)
    is_current = models.BooleanField("当前会议", default=False)
    is_archived = models.BooleanField("历史会议", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "会议"
        ordering = ["congress", "-opens_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "name"], name="session_name_once"),
            models.UniqueConstraint(
                fields=["congress"],
                condition=Q(is_current=True),
                name="session_one_current",
            ),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True)
                | Q(closes_on__isnull=True)
                | Q(closes_on__gte=F("opens_on")),
                name="session_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.name
