"""Names that people give files: shown as they were, and never used as a path."""

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

from common.texts import without_unwritable

LONGEST_NAME = 255  # bytes of UTF-8, what file systems and archives can hold
UNUSABLE = re.compile(r'[<>:"|?*]')
# They reorder or hide what follows: invoice[RLO]xcod.exe reads invoiceexe.docx.
DECEIVING = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def clean_name(name: str) -> str:
    """
    Make a name safe to show, to send and to save under, and change nothing else about it.

    Folders, control characters and marks that reorder text go; what is too long is cut before the
    extension.
    """
    last = name.replace("\\", "/").split("/")[-1]
    text = unicodedata.normalize("NFC", without_unwritable(last))
    text = UNUSABLE.sub("_", CONTROL.sub("", DECEIVING.sub("", text))).strip(" .")
    if RESERVED.fullmatch(text):
        text = f"_{text}"
    return _shortened(text or "未命名")


def extension(name: str) -> str:
    """Return the extension of a name in lower case, without the dot."""
    return PurePosixPath(clean_name(name)).suffix.lower().removeprefix(".")


def disposition(name: str) -> str:
    """Write Content-Disposition for a download under this name (RFC 6266, RFC 5987)."""
    safe = clean_name(name)
    plain = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode()
    fallback = re.sub(r"[^A-Za-z0-9._-]", "_", plain).lstrip("._") or "download"
    if safe.isascii() and fallback == safe:
        return f'attachment; filename="{safe}"'
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(safe, safe='')}"


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST_NAME:
        return name
    suffix = PurePosixPath(name).suffix
    if len(suffix.encode()) > 20:
        suffix = ""
    room = LONGEST_NAME - len(suffix.encode())
    stem = name.removesuffix(suffix).encode()[:room].decode("utf-8", "ignore")
    return stem.rstrip(" .\u200d") + suffix
