"""Walking through the site as a person would: every page that the links of other pages lead to."""

from collections import deque
from dataclasses import dataclass, field
from html import unescape
from re import findall
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

#: Leaving, and pages that others made and that we do not style.
CLOSED = {
    "account_logout",
    "mfa_view_recovery_codes",  # the second factor of the tests has none
}
_LINK = r'<a\b[^>]*?\bhref="([^"#]+)'


@dataclass
class Walk:
    """The pages found, one address for each view, and the links that led nowhere."""

    pages: dict[str, str] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)


def walk(client: Client, start: str = "/") -> Walk:
    """
    Follow links from page to page, visiting each view once.

    A view that sends elsewhere is followed there; a file that is downloaded is no page.
    """
    found, waiting, seen = Walk(), deque([(start, "")]), set()
    while waiting:
        address, origin = waiting.popleft()
        name = _view_of(address)
        if name in seen or name in CLOSED:
            continue
        seen.add(name)
        response = client.get(address, follow=True)
        if response.status_code >= 400:
            found.dead.append(f"{response.status_code} {address} on {origin}")
            continue
        if not response["Content-Type"].startswith("text/html") or response.streaming:
            response.close()
            continue
        final = response.request["PATH_INFO"]
        seen.add(_view_of(final))
        found.pages.setdefault(_view_of(final), address)
        waiting.extend((link, address) for link in _links(response.content.decode(), final))
    return found


def _view_of(address: str) -> str:
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return address
    return match.view_name


def _links(html: str, base: str) -> list[str]:
    links = [urljoin(base, unescape(link)) for link in findall(_LINK, html)]
    return [link for link in links if link.startswith("/") and not link.startswith("/static/")]
