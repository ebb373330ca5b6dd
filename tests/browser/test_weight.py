"""What a page costs a phone on a train, served as in production: compressed, with hashed names."""

import gzip
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test.testcases import LiveServerThread
from playwright.sync_api import Page

KB = 1024
#: nginx compresses pages with it (deploy/nginx); files were compressed when they were collected.
LEVEL = 5
#: In KB, the first load and the repeated one.
LIGHT, DESK, CHARTS = (120, 20), (200, 40), (400, 60)
MOST_REQUESTS = 12
PATIENCE = 30.0


@dataclass
class Load:
    """What one opening of a page asked for."""

    requests: int = 0
    bytes: int = 0
    elsewhere: int = 0


@pytest.fixture
def production(settings, tmp_path, transactional_db) -> Iterator[str]:
    """Serve with WhiteNoise and the names of ``collectstatic``; return the address."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    # Not the handler of the other tests, which would serve the files before WhiteNoise could.
    server = LiveServerThread("127.0.0.1", static_handler=lambda application: application)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@pytest.mark.long
def test_pages_are_light_and_ask_for_little(browser, production, world, client_of, request):
    loads = {
        (name, address): measured(browser, production, cookie_of(request, client_of, name), address)
        for name, address, _ in PAGES
    }

    heavy = []
    for name, address, (first_most, again_most) in PAGES:
        first, again = loads[name, address]
        if first.bytes > first_most * KB or again.bytes > again_most * KB:
            heavy.append((name, address, first, again))
        if max(first.requests, again.requests) > MOST_REQUESTS or first.elsewhere:
            heavy.append((name, address, first, again))
        _say(name, address, first, again)
    assert heavy == []


PAGES = [
    (None, "/accounts/login/", LIGHT),
    ("deputy", "/", LIGHT),
    ("deputy", "/suggestions/mine/", LIGHT),
    ("deputy", "/inbox/", LIGHT),
    ("clerk", "/inbox/", DESK),
    ("clerk", "/assignment/receipts/", DESK),
    ("staff", "/cases/", DESK),
    ("staff", "/supervision/", DESK),
    ("staff", "/ledgers/figures/", DESK),
    ("leader", "/dashboard/", CHARTS),
]


def cookie_of(request, client_of, name: str | None) -> Any:
    if name is None:
        return None
    return client_of(request.getfixturevalue(name)).cookies["session"]


def measured(browser, server: str, cookie: Any, address: str) -> tuple[Load, Load]:
    """Open a page with nothing in the browser, and once more."""
    context = browser.new_context(base_url=server, viewport={"width": 360, "height": 740})
    if cookie is not None:
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])
    page = context.new_page()
    loads = opened(page, server, address), opened(page, server, address)
    context.close()
    return loads


def opened(page: Page, server: str, address: str) -> Load:
    load, wire = Load(), page.context.new_cdp_session(page)
    answers: dict[str, dict[str, Any]] = {}
    finished: dict[str, int] = {}

    def answered(event: dict[str, Any]) -> None:
        if not event["response"]["url"].startswith("data:"):
            answers[event["requestId"]] = event["response"]

    def cached(event: dict[str, Any]) -> None:
        finished[event["requestId"]] = -1

    def done(event: dict[str, Any]) -> None:
        finished.setdefault(event["requestId"], event["encodedDataLength"])

    wire.on("Network.responseReceived", answered)
    wire.on("Network.requestServedFromCache", cached)
    wire.on("Network.loadingFinished", done)
    wire.send("Network.enable")
    page.goto(address)
    _wait_for_all(page, answers, finished)
    for key, answer in list(answers.items()):
        if answer.get("fromDiskCache") or finished[key] < 0:
            continue
        load.requests += 1
        load.elsewhere += urlsplit(answer["url"]).netloc != urlsplit(server).netloc
        load.bytes += _size(wire, key, answer, finished[key])
    wire.detach()
    return load


def _wait_for_all(page: Page, answers: dict[str, Any], finished: dict[str, int]) -> None:
    """Wait until the network has told of all that the page itself knows to have loaded."""
    known = page.evaluate("performance.getEntriesByType('resource').length + 1")
    end = time.monotonic() + PATIENCE
    while len(answers) < known or not answers.keys() <= finished.keys():
        assert time.monotonic() < end, f"{page.url}: {len(answers)} of {known} answers told"
        page.wait_for_timeout(20)


def _size(wire: Any, key: str, answer: dict[str, Any], sent: int) -> int:
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    if "content-encoding" in headers or answer["mimeType"] != "text/html":
        return sent
    body = wire.send("Network.getResponseBody", {"requestId": key})["body"].encode()
    return sent - len(body) + len(gzip.compress(body, LEVEL))


def _say(name: str | None, address: str, first: Load, again: Load) -> None:
    sys.stdout.write(
        f"#4.6 {name or 'public'} {address}: {first.bytes / KB:.0f} / {again.bytes / KB:.0f} KB,"
        f" {first.requests} / {again.requests} requests, {first.elsewhere} elsewhere\n"
    )
