"""Code lists as data: each congress has its own words, order and letters."""

from django.db import models

from congress.models.bodies import Committee
from congress.models.tree import Congress


class Coded(models.Model):
    """An entry of a code list: a code that files use and a label that people read."""

    congress = models.ForeignKey(Congress, models.PROTECT, verbose_name="人大")
    code = models.CharField("代码", max_length=40)
    label = models.CharField("名称", max_length=100)
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        abstract = True
        ordering = ["congress", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "code"], name="%(class)s_code_once"),
        ]

    def __str__(self) -> str:
        return self.label


class Category(Coded):
    """A subject category (类别)."""

    committee = models.ForeignKey(
        Committee,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="categories",
        verbose_name="对口专委会",
    )

    class Meta(Coded.Meta):
        verbose_name = verbose_name_plural = "类别"


class Origin(Coded):
    """How a suggestion was formed (形成方式); 专题调研 counts as research."""

    is_research = models.BooleanField("计入专题调研", default=False)

    class Meta(Coded.Meta):
        verbose_name = verbose_name_plural = "形成方式"


class Grade(Coded):
    """A grade of importance (建议分级) such as 一类."""

    class Meta(Coded.Meta):
        verbose_name = verbose_name_plural = "建议分级"


class DeclineGround(Coded):
    """A ground on which a text is not taken as a suggestion (不作建议处理的理由)."""

    class Meta(Coded.Meta):
        verbose_name = verbose_name_plural = "不作建议处理理由"


class ReturnReason(Coded):
    """A reason for which a unit may ask to be relieved (申请调整理由)."""

    class Meta(Coded.Meta):
        verbose_name = verbose_name_plural = "申请调整理由"


class DissatisfactionReason(Coded):
    """A reason a deputy gives with 不满意 (不满意原因)."""

    class Meta(Coded.Meta):
        verbose_name = verbose_name_plural = "不满意原因"


class SupervisorCategory(Coded):
    """A category of leaders who supervise key suggestions (督办领导类别)."""

    class Meta(Coded.Meta):
        verbose_name = verbose_name_plural = "督办领导类别"


class ResultClass(Coded):
    """
    A class of result (结果类别): what the unit claims, and what the claim asks for.

    Letters mean different things in different places, so code, label and order are data; a
    higher ``order`` is less favourable.
    """

    definition = models.CharField("定义", max_length=300, blank=True)
    needs_promise = models.BooleanField("须列承诺事项和时限", default=False)
    needs_reason = models.BooleanField("须说明理由", default=False)
    needs_report = models.BooleanField("须写明反映对象和日期", default=False)
    counts_as_solved = models.BooleanField("计入解决或采纳", default=False)

    class Meta(Coded.Meta):
        verbose_name = verbose_name_plural = "结果类别"
