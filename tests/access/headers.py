"""What every answer must carry, whoever asks and whatever becomes of it."""

from __future__ import annotations

from django.http import HttpResponse

EXACT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
#: A file is powerless altogether, and what it leads to learns not even the site.
OF_A_FILE = {
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def lacks(answer: HttpResponse, *, is_private: bool = True) -> list[str]:
    """Name the protective headers that an answer lacks under https."""
    headers = answer.headers
    is_file = headers.get("Content-Disposition", "").startswith("attachment")
    exact = EXACT | OF_A_FILE if is_file else EXACT
    lacking = [name for name, value in exact.items() if headers.get(name) != value]
    policy = headers.get("Content-Security-Policy", "")
    rules = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
    if not is_file and not all(rule in policy for rule in rules):
        lacking.append("Content-Security-Policy")
    if "unsafe" in policy:
        lacking.append("Content-Security-Policy: unsafe")
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        lacking.append("Permissions-Policy")
    if is_private and "no-store" not in headers.get("Cache-Control", ""):
        lacking.append("Cache-Control: no-store")
    if "Server" in headers or "X-Powered-By" in headers:
        lacking.append("tells what it runs on")
    return lacking
