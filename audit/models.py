"""The record of what happened: append-only, chained afterwards by one sealer."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

#: An event may be sealed once; nothing else about it may change, and none may go.
_ONLY_SEALING = """
    IF TG_OP = 'DELETE' OR OLD.seq IS NOT NULL
        OR to_jsonb(NEW) - ARRAY['seq', 'previous_hash', 'hash']
            IS DISTINCT FROM to_jsonb(OLD) - ARRAY['seq', 'previous_hash', 'hash'] THEN
        RAISE EXCEPTION 'the audit record is append-only';
    END IF;
    RETURN NEW;
"""

_BORN_UNSEALED = """
    IF NEW.seq IS NOT NULL OR NEW.previous_hash <> '' OR NEW.hash <> '' THEN
        RAISE EXCEPTION 'only the sealer chains the audit record';
    END IF;
    RETURN NEW;
"""


class AuditEvent(models.Model):
    """
    One write or sensitive read (审计记录).

    Written unchained inside the business transaction; ``seq`` and the two hashes are set once,
    later, by the sealer.
    """

    at = models.DateTimeField("时间")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="操作人"
    )
    membership_id = models.BigIntegerField("身份", null=True)
    congress_id = models.BigIntegerField("人大", null=True)
    action = models.CharField("动作", max_length=60)
    subject_type = models.CharField("对象类型", max_length=60, blank=True)
    subject_id = models.CharField("对象编号", max_length=40, blank=True)
    detail = models.JSONField("内容", default=dict, blank=True)
    address = models.GenericIPAddressField("网络地址", null=True)
    seq = models.BigIntegerField("序号", null=True, unique=True)
    previous_hash = models.CharField("上一记录摘要", max_length=64, blank=True)
    hash = models.CharField("摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_by_subject"),
            models.Index(fields=["id"], condition=Q(seq__isnull=True), name="audit_unsealed"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="append_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_ONLY_SEALING,
            ),
            pgtrigger.Trigger(
                name="born_unsealed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_BORN_UNSEALED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
