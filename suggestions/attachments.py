"""Papers of a case: kept under random names, shown to those whom their audience names."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import Membership
from audit import services as audit
from common.refusals import Refusal
from congress.models import Unit
from suggestions.models import (
    Attachment,
    Audience,
    CoSigner,
    Suggestion,
    Withdrawal,
    WithdrawalConsent,
)

MOST_FILES = 30
LARGEST = 20 * 1024 * 1024
#: What may be kept, by extension: the content type it is served as, and how its bytes begin.
KINDS: dict[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        b"PK\x03\x04",
    ),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    ".doc": ("application/msword", b"\xd0\xcf\x11\xe0"),
    ".xls": ("application/vnd.ms-excel", b"\xd0\xcf\x11\xe0"),
}


class BadUpload(Refusal):
    """The file cannot be kept; the sentence says why."""


class TooManyFiles(Refusal):
    def __init__(self) -> None:
        super().__init__(f"一件建议最多{MOST_FILES}个附件，请先删去不需要的。")


class FileInUse(Refusal):
    def __init__(self) -> None:
        super().__init__("这份扫描件是代表签名或表态的凭证，不能删除。")


@transaction.atomic
def attach(
    case: Suggestion,
    upload: UploadedFile,
    *,
    purpose: Attachment.Purpose,
    by: Membership,
    at: datetime,
    audience: Audience = Audience.EVERYONE,
    unit: Unit | None = None,
) -> Attachment:
    """
    Keep a file with a case; the caller has locked the case and asked who may.

    :raises BadUpload: if the file is not of an allowed kind, empty or too large.
    :raises TooManyFiles: if the case has more files than anybody reads.
    """
    if case.attachments.count() >= MOST_FILES:
        raise TooManyFiles
    name = PurePath(upload.name or "").name[:255]
    content_type = _content_type(upload, name)
    kept = Attachment.objects.create(
        suggestion=case,
        purpose=purpose,
        audience=audience,
        unit=unit,
        file=upload,
        name=name,
        content_type=content_type,
        size=upload.size,
        sha256=_sha256(upload),
        uploaded_at=at,
        uploaded_by=by,
    )
    _record("attachment.add", kept, by=by, at=at)
    return kept


@transaction.atomic
def detach(attachment: Attachment, *, by: Membership, at: datetime) -> None:
    """
    Take a file off a draft; the caller has locked the case and asked who may.

    The bytes go when the transaction has committed, never before.

    :raises FileInUse: if a signature or consent rests on it.
    """
    if _proves_something(attachment):
        raise FileInUse
    _record("attachment.remove", attachment, by=by, at=at)
    storage, name = attachment.file.storage, attachment.file.name
    attachment.delete()
    transaction.on_commit(lambda: storage.delete(name))


def note_reading(attachment: Attachment, *, by: Membership, at: datetime) -> None:
    """Put on record that somebody opened a file."""
    _record("attachment.read", attachment, by=by, at=at)


def _content_type(upload: UploadedFile, name: str) -> str:
    """Tell what a file is by its name and its first bytes; what the browser says counts nothing."""
    if not upload.size:
        raise BadUpload(f"文件“{name}”是空的，请重新选择。")
    if upload.size > LARGEST:
        raise BadUpload(f"文件“{name}”有{upload.size / 1048576:.1f}MB，不能超过20MB。")
    content_type, beginning = KINDS.get(PurePath(name).suffix.lower(), ("", b""))
    if not content_type:
        raise BadUpload(f"不能上传“{name}”。可以上传Word、Excel、PDF文件和JPG、PNG图片。")
    upload.seek(0)
    if not upload.read(len(beginning)).startswith(beginning):
        raise BadUpload(f"文件“{name}”的内容与扩展名不符，可能已损坏，请检查后重新选择。")
    upload.seek(0)
    return content_type


def _sha256(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _proves_something(attachment: Attachment) -> bool:
    return (
        CoSigner.objects.filter(scan=attachment).exists()
        or WithdrawalConsent.objects.filter(scan=attachment).exists()
        or Withdrawal.objects.filter(request_scan=attachment).exists()
    )


def _record(action: str, attachment: Attachment, *, by: Membership, at: datetime) -> None:
    audit.record(
        action,
        by=by,
        at=at,
        subject=attachment.suggestion,
        congress_id=attachment.suggestion.congress_id,
        detail={
            "attachment": attachment.pk,
            "name": attachment.name,
            "purpose": attachment.purpose,
            "sha256": attachment.sha256,
        },
    )
