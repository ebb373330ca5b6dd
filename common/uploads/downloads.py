"""How files go out again: always saved, never shown inside the site."""

from common.uploads.intake import KINDS
from common.uploads.names import disposition

SENT_AS_THEY_ARE = {kind.content_type for kind in KINDS.values()}


def download_headers(name: str, content_type: str) -> dict[str, str]:
    """
    Name the headers with which a stored file is sent.

    Saved under its own name, its type taken as said, and powerless even where a browser insists
    on opening it.
    """
    known = content_type if content_type in SENT_AS_THEY_ARE else "application/octet-stream"
    return {
        "Content-Type": known,
        "Content-Disposition": disposition(name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
    }
