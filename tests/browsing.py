"""Fixtures and the closing words for tests that drive a browser."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.chromium import HEADLESS, find_or_install

NO_BROWSER = "没有 Chromium，也无法安装"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, one for all tests of a process."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only browser tests need it

    path = find_or_install()
    if path is None:
        pytest.skip(NO_BROWSER)
    # Playwright's loop runs in this thread, and Django would take every query for an async one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=HEADLESS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that opens the live site: for whom (a signed-in client), in what size."""
    contexts: list[Any] = []

    def open_page(
        path: str = "/",
        *,
        client: Client | None = None,
        width: int = 1366,
        height: int = 768,
        **options: Any,
    ) -> Any:
        size = {"width": width, "height": height}
        context = chromium.new_context(
            base_url=live_server.url, viewport=size, locale="zh-CN", **options
        )
        contexts.append(context)
        name = settings.SESSION_COOKIE_NAME
        if client is not None and name in client.cookies:
            cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
            context.add_cookies([cookie])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly, last of all, that browser tests did not run."""
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if "browser" in getattr(report, "keywords", {}) and NO_BROWSER in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("浏览器测试没有运行", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} 个浏览器测试被跳过：{NO_BROWSER}。", red=True)
