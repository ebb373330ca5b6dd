"""Guardian's rows with direct keys. Only groups of bodies and officials hold grants; users none."""

from django.db import models
from guardian.models import GroupObjectPermissionBase

from suggestions.models.suggestion import Suggestion


class SuggestionGroupPermission(GroupObjectPermissionBase):
    """A body's reason to see one case (授权)."""

    content_object = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="group_grants", verbose_name="建议"
    )

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = verbose_name_plural = "授权"
        indexes = [
            # Which cases a body sees, and whether it sees one, without a look at the rows.
            models.Index(fields=["group", "content_object"], name="grant_of_group"),
        ]
