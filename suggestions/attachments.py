"""Papers of a case: kept under random names, shown to those whom their audience names."""

from __future__ import annotations

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import Membership
from audit import services as audit
from common.refusals import Refusal
from common.uploads.intake import take_in
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

    :raises UploadRefused: if the file is of no known kind, empty, too large or could do harm.
    :raises TooManyFiles: if the case has more files than anybody reads.
    """
    if case.attachments.count() >= MOST_FILES:
        raise TooManyFiles
    taken = take_in(upload)
    kept = Attachment.objects.create(
        suggestion=case,
        purpose=purpose,
        audience=audience,
        unit=unit,
        file=taken.file,
        name=taken.name,
        content_type=taken.content_type,
        size=taken.size,
        sha256=taken.sha256,
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
