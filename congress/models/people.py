"""Delegations, deputies and leading officials. Who may sign in is ``accounts``' business."""

from django.contrib.auth.models import Group
from django.db import models

from congress.models.tree import Congress, Term


class Delegation(models.Model):
    """A delegation (代表团) in session, or the contact group (联系组) between sessions."""

    class Kind(models.TextChoices):
        DELEGATION = "delegation", "代表团"
        CONTACT_GROUP = "contact_group", "联系组"

    congress = models.ForeignKey(
        Congress, models.PROTECT, related_name="delegations", verbose_name="人大"
    )
    kind = models.CharField("类型", max_length=20, choices=Kind, default=Kind.DELEGATION)
    name = models.CharField("名称", max_length=60)
    head = models.ForeignKey(
        "Deputy",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="团长",
    )
    order = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "代表团"
        ordering = ["congress", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "name"], name="delegation_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Deputy(models.Model):
    """A deputy (代表) of one term."""

    congress = models.ForeignKey(
        Congress, models.PROTECT, related_name="deputies", verbose_name="人大"
    )
    term = models.ForeignKey(Term, models.PROTECT, related_name="deputies", verbose_name="届")
    name = models.CharField("姓名", max_length=60)
    credential_no = models.CharField("代表证号", max_length=40, blank=True)
    delegation = models.ForeignKey(
        Delegation, models.PROTECT, related_name="deputies", verbose_name="代表团"
    )
    contact_group = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="group_deputies",
        verbose_name="联系组",
    )
    phone = models.CharField("联系电话", max_length=40, blank=True)
    address = models.CharField("通讯地址", max_length=200, blank=True)
    postcode = models.CharField("邮政编码", max_length=10, blank=True)
    works_on_paper = models.BooleanField("纸质办理", default=False)
    is_active = models.BooleanField("在任", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "代表"
        ordering = ["congress", "delegation__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["term", "delegation", "name", "credential_no"],
                name="deputy_once_a_term",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Official(models.Model):
    """A leading official who leads or supervises suggestions (领办、督办领导)."""

    congress = models.ForeignKey(
        Congress, models.PROTECT, related_name="officials", verbose_name="人大"
    )
    name = models.CharField("姓名", max_length=60)
    title = models.CharField("职务", max_length=100, blank=True)
    category = models.ForeignKey(
        "SupervisorCategory",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="officials",
        verbose_name="领导类别",
    )
    group = models.OneToOneField(
        Group,
        models.PROTECT,
        verbose_name="权限组",
        editable=False,
        related_name="official",
    )
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在任", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "领导"
        ordering = ["congress", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "name", "title"], name="official_once"),
        ]

    def __str__(self) -> str:
        return self.name
