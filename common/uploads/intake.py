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
LIMIT = f"{LARGEST // MEBIBYTE}MB"
# What to do with kinds that people often have.
WAYS_OUT = {
    **dict.fromkeys(["doc", "wps", "docm", "dotx", "rtf"], "请另存为.docx后再上传。"),
    **dict.fromkeys(["xls", "et", "xlsm", "xlsb", "csv"], "请另存为.xlsx后再上传。"),
    **dict.fromkeys(
        ["heic", "heif", "webp", "gif", "bmp", "tif", "tiff"], "请转存为.jpg或.png后再上传。"
    ),
    **dict.fromkeys(["zip", "rar", "7z"], "请解压后逐个上传。"),
}


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
    content = _read(upload, name)
    kind = KINDS.get(extension(name))
    if kind is None:
        raise UploadRefused(_unknown(name))
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


def _unknown(name: str) -> str:
    suffix = extension(name)
    what = f"是.{suffix}文件，不支持上传" if suffix else "没有扩展名，无法识别"
    way_out = WAYS_OUT.get(suffix, "")
    return f"“{name}”{what}。{way_out}可以上传：{ACCEPTED_KINDS}，每个不超过{LIMIT}。"


def _read(upload: File[bytes], name: str) -> bytes:
    # Both: the size may be claimed, the reading stops by itself.
    if upload.size > LARGEST:
        size = f"{upload.size / MEBIBYTE:.1f}MB"
        raise UploadRefused(f"“{name}”有{size}，超过{LIMIT}，请拆分或压缩后再上传。")
    upload.seek(0)
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UploadRefused(f"“{name}”超过{LIMIT}，请拆分或压缩后再上传。")
    if not content:
        raise UploadRefused(f"“{name}”是空的，请重新选择。")
    return content
