"""Bodies that act: offices of the congress and of the systems, committees, units."""

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from congress.models.tree import Congress


class Body(models.Model):
    """What offices, committees and units share: a name and the group that holds their grants."""

    congress = models.ForeignKey(Congress, models.PROTECT, verbose_name="人大")
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    group = models.OneToOneField(
        Group,
        models.PROTECT,
        verbose_name="权限组",
        editable=False,
        related_name="%(class)s",
    )
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Office(Body):
    """An office that directs work: 代表工委, the session's secretariat, an office of a system."""

    class Kind(models.TextChoices):
        WORKING_COMMITTEE = "working_committee", "代表工作委员会"
        SECRETARIAT = "secretariat", "大会秘书处议案建议组"
        SYSTEM_OFFICE = "system_office", "系统督查机构"

    kind = models.CharField("类型", max_length=20, choices=Kind)

    class Meta:
        verbose_name = verbose_name_plural = "交办机构"
        ordering = ["congress", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "name"], name="office_name_once"),
            models.UniqueConstraint(
                fields=["congress", "kind"],
                condition=~Q(kind="system_office"),
                name="office_one_committee_and_secretariat",
            ),
        ]


class System(models.Model):
    """A system of units (归口系统) such as 政府 or 党群, with the office that passes work on."""

    congress = models.ForeignKey(
        Congress, models.PROTECT, related_name="systems", verbose_name="人大"
    )
    name = models.CharField("名称", max_length=40)
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="systems",
        verbose_name="督查机构",
    )
    order = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "归口系统"
        ordering = ["congress", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "name"], name="system_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Unit(Body):
    """A unit that handles suggestions (承办单位)."""

    system = models.ForeignKey(
        System, models.PROTECT, related_name="units", verbose_name="归口系统"
    )
    superior = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
        verbose_name="上级单位",
    )
    contact = models.CharField("联系人", max_length=40, blank=True)
    signs_inside = models.BooleanField(
        "在本系统内核稿签发",
        default=False,
        help_text="不勾选时，由单位公文系统核稿签发后上传盖章答复。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "承办单位"
        ordering = ["congress", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "name"], name="unit_name_once"),
        ]


class Committee(Body):
    """A special committee (专门委员会) that follows suggestions of its field."""

    unit = models.OneToOneField(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="committee",
        verbose_name="作为承办单位",
        help_text="专委会自己承办的建议，不能由其督办。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "专门委员会"
        ordering = ["congress", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "name"], name="committee_name_once"),
        ]
