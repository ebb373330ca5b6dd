"""
The one door for files from outside: known kinds only, known by extension, content and parts.

Files are stored under a random name; the name people gave is kept beside, cleaned.
"""

from __future__ import annotations  # Django's files are generic for the type checker only

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile, File

from common.containers import MEBIBYTE, ContainerRefused
from common.refusals import Refusal
from common.uploads.images import ImageRefused, redrawn
from common.uploads.malware import MalwareFound, ScannerDown, scan
from common.uploads.names import clean_name, extension
from common.uploads.papers import check_excel, check_ofd, check_pdf, check_word

LARGEST = 20 * MEBIBYTE


class UploadRefused(Refusal):
    """A file that is not taken in, with the reason."""


class Kind(NamedTuple):
    """A kind of file that is taken in: its type when sent, and how it is checked or redrawn."""

    content_type: str
    label: str
    check: Callable[[BinaryIO], None] | None = None
    image: str = ""


KINDS = {
    "pdf": Kind("application/pdf", "PDF", check_pdf),
    "docx": Kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word（.docx）",
        check_word,
    ),
    "xlsx": Kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Excel（.xlsx）",
        check_excel,
    ),
    "ofd": Kind("application/ofd", "OFD", check_ofd),
    "jpg": Kind("image/jpeg", "图片（.jpg、.png）", image="JPEG"),
    "jpeg": Kind("image/jpeg", "图片（.jpg、.png）", image="JPEG"),
    "png": Kind("image/png", "图片（.jpg、.png）", image="PNG"),
}
# For the ``accept`` of a file field; the server checks again whatever the browser does.
ACCEPT = ",".join(f".{suffix}" for suffix in KINDS)
ACCEPTED_KINDS = "PDF、Word（.docx）、Excel（.xlsx）、OFD、图片（.jpg、.png）"


@dataclass(frozen=True)
class TakenFile:
    """A file that was taken in: what to store and what to remember of it."""

    file: ContentFile[bytes]
    name: str
    content_type: str
    size: int
    sha256: str


def take_in(upload: File[bytes]) -> TakenFile:
    """
    Take a file in from outside, whatever it claims to be.

    ``file`` of the answer carries a random name without extension and, for pictures, pixels drawn
    anew; ``name`` is the cleaned name people gave it.

    :raises UploadRefused: if it is empty, too large, of no known kind, could do harm, or was not
        cleared by the virus scanner where one is set up.
    """
    name = clean_name(upload.name or "")
    content = _read(upload)
    kind = KINDS.get(extension(name))
    if kind is None:
        raise UploadRefused(f"不支持这种文件。可以上传：{ACCEPTED_KINDS}。")
    try:
        if settings.VIRUS_SCANNER:
            scan(content, settings.VIRUS_SCANNER)
        if kind.image:
            content = redrawn(content, kind.image)
        elif kind.check:
            kind.check(BytesIO(content))
    except (ContainerRefused, ImageRefused, MalwareFound, ScannerDown) as refusal:
        raise UploadRefused(f"“{name}”：{refusal}") from None
    return TakenFile(
        file=ContentFile(content, name=uuid.uuid4().hex),
        name=name,
        content_type=kind.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _read(upload: File[bytes]) -> bytes:
    too_large = f"文件超过{LARGEST // MEBIBYTE}MB，请拆分或压缩后再上传。"
    # Both: the size may be claimed, the reading stops by itself.
    if upload.size > LARGEST:
        raise UploadRefused(too_large)
    upload.seek(0)
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UploadRefused(too_large)
    if not content:
        raise UploadRefused("文件是空的，请重新选择。")
    return content
