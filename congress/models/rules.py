"""The local rules of a congress, in versions that are never overwritten."""

import pgtrigger
from django.db import models

from congress.models.tree import Congress


class RulesProfile(models.Model):
    """
    One version of a congress's rules (规则版本).

    ``values`` holds what differs from the defaults of ``congress.profile``; a deadline remembers
    the version it began under.
    """

    congress = models.ForeignKey(
        Congress, models.PROTECT, related_name="profiles", verbose_name="人大"
    )
    version = models.PositiveSmallIntegerField("版本")
    valid_from = models.DateField("生效日期")
    values = models.JSONField("规则", default=dict, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "规则版本"
        ordering = ["congress", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "version"], name="profile_version_once"),
        ]
        triggers = [
            # Deadlines remember the version they began under, so a version never changes.
            pgtrigger.Protect(name="profile_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.congress}规则第{self.version}版"
