"""Files of a draft: added and taken off by its writers."""

from __future__ import annotations

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import Membership
from common.refusals import Refusal
from suggestions import attachments, rules
from suggestions.models import Attachment, Audience
from suggestions.services.drafting import NotWritable
from suggestions.workflow import lock_case

#: Signed sheets prove something to the offices; units need the text, not the signatures.
_NOT_FOR_UNITS = frozenset({Attachment.Purpose.ORIGINAL, Attachment.Purpose.HEAD_SIGNATURE})


class AlreadyRemoved(Refusal):
    def __init__(self) -> None:
        super().__init__("这个附件已经删除。")


@transaction.atomic
def add(
    case_id: int,
    upload: UploadedFile,
    *,
    purpose: Attachment.Purpose,
    by: Membership,
    at: datetime,
) -> Attachment:
    """
    Add a file to a draft (附件).

    :raises NotWritable: if the case is no draft any more.
    :raises UploadRefused: if the file cannot be kept.
    :raises TooManyFiles: if there are too many already.
    """
    case = lock_case(case_id)
    if not rules.may_edit(by, case):
        raise NotWritable(case)
    audience = Audience.NOT_UNITS if purpose in _NOT_FOR_UNITS else Audience.EVERYONE
    return attachments.attach(case, upload, purpose=purpose, audience=audience, by=by, at=at)


@transaction.atomic
def remove(attachment_id: int, *, by: Membership, at: datetime) -> None:
    """
    Take a file off a draft.

    :raises AlreadyRemoved: if it is gone.
    :raises NotWritable: if the case is no draft any more.
    :raises FileInUse: if a signature rests on it.
    """
    kept = Attachment.objects.filter(pk=attachment_id).first()
    if kept is None:
        raise AlreadyRemoved
    case = lock_case(kept.suggestion_id)
    kept = Attachment.objects.filter(pk=attachment_id).first()
    if kept is None:
        raise AlreadyRemoved
    if not rules.may_edit(by, case):
        raise NotWritable(case)
    attachments.detach(kept, by=by, at=at)
