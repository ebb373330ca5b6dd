"""Papers of a case. The file has a random name; the name people gave it is only here."""

import uuid

from django.db import models

from accounts.models import Membership
from suggestions.models.suggestion import Suggestion
from suggestions.visibility import audience_condition, cases_of


def stored_name(instance: "Attachment", filename: str) -> str:
    """Return a path that tells nothing about the file: two random folders and a random name."""
    name = uuid.uuid4().hex
    return f"attachments/{name[:2]}/{name}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, actor: Membership) -> "AttachmentQuerySet":
        """Keep the files of visible cases that are meant for the acting membership."""
        return self.filter(audience_condition(actor), suggestion__in=cases_of(actor))


class Attachment(models.Model):
    """A file of a case (附件), shown only to those its ``audience`` names."""

    class Purpose(models.TextChoices):
        SUGGESTION = "suggestion", "建议附件"
        ORIGINAL = "original", "纸质原件扫描件"
        WITHDRAWAL = "withdrawal", "撤回书面材料"
        SIGNATURES = "signatures", "联名签名扫描件"
        HEAD_SIGNATURE = "head_signature", "团长签名扫描件"
        TALK = "talk", "面商记录"
        OPINION = "opinion", "协办意见附件"
        LETTER = "letter", "盖章答复"
        REPLY = "reply", "答复附件"
        EVIDENCE = "evidence", "落实佐证"
        RECEIPT = "receipt", "评价回执扫描件"
        SUPERVISION = "supervision", "督办材料"

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="attachments", verbose_name="建议"
    )
    purpose = models.CharField("用途", max_length=20, choices=Purpose)
    audience = models.CharField("可见范围", max_length=16, default="everyone")
    unit = models.ForeignKey(
        "congress.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所属单位",
    )
    file = models.FileField("文件", upload_to=stored_name, max_length=120)
    name = models.CharField("文件名", max_length=255)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("摘要", max_length=64)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", verbose_name="上传人"
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["suggestion", "pk"]

    def __str__(self) -> str:
        return self.name
