"""
A real browser before the real server: ``open_page(clerk, "/desk/", width=360, elder=True)``.

Every page that a test opened is checked when the test ends: no script error, no breach of the
Content-Security-Policy, no request to anywhere else.
"""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from congress.models import Congress
from tests.browser import chromium
from tests.browser.measures import faults_of
from tests.factories import assignment as receipts
from tests.factories import evaluation as verdicts
from tests.factories import handling as replies
from tests.factories import suggestions as cases
from tests.factories import supervision as watched

# Playwright keeps an event loop in this thread, where the tests also use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WHY_NOT = "没有找到 Chromium，也无法自动安装"
LONG_TITLE = (
    "关于进一步完善老旧小区电动自行车集中充电设施布局、规范收费标准并落实消防安全主体责任"
    "以及推动相关地方性法规修订工作的建议"
)
HEIGHT = {320: 640, 360: 740, 768: 1024}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium.find_or_install(playwright.chromium.executable_path)
        if path is None:
            pytest.skip(WHY_NOT)
        running = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield running
        running.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly, last of all, that browser tests did not run."""
    # From the reports, not from this process: in a parallel run the others did the skipping.
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(WHY_NOT in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.section("BROWSER TESTS SKIPPED", sep="!", red=True, bold=True)
        terminalreporter.write_line(f"{WHY_NOT}：{count} 个浏览器测试没有运行", red=True, bold=True)


@pytest.fixture
def complaints() -> list[str]:
    """Return what the opened pages complained about; a test may clear what it provoked."""
    return []


@pytest.fixture
def open_page(
    browser: Browser,
    live_server: LiveServer,
    client_of: Callable[[Membership], Any],
    complaints: list[str],
) -> Iterator[Callable[..., Page]]:
    """Return ``open_page(persona, url, width=1366, elder=False)``; None signs in nobody."""
    contexts: list[BrowserContext] = []

    def opened(
        persona: Membership | None,
        url: str,
        *,
        width: int = 1366,
        elder: bool = False,
        script: bool = True,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT.get(width, 768)},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
            base_url=live_server.url,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if persona is not None:
            context.add_cookies([_session_of(persona, elder, live_server, client_of)])
        _listen(context, live_server, complaints)
        page = context.new_page()
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def sound() -> Callable[[Page], None]:
    """Return ``sound(page)``: assert that axe, targets, width and type are as they must be."""

    def check(page: Page) -> None:
        assert faults_of(page) == {}

    return check


@pytest.fixture
def world(
    congress: Congress,
    deputy,
    cosigner,
    secretary,
    unit,
    other_unit,
    clerk,
    unit_head,
    leading_official,
    committee_member,
) -> Congress:
    """A case in each step of its life, all of one deputy and one unit."""
    now = timezone.localtime().replace(hour=10) - timedelta(days=1)
    due = timezone.localdate() + timedelta(days=60)
    lead = deputy.deputy
    cases.draft_case(lead, cosigners=[cosigner.deputy])
    cases.submitted_case(lead)
    cases.case_in_review(lead)
    cases.sent_back_case(lead, title=LONG_TITLE)
    cases.registered_case(lead)
    receipts.handed_over_case(unit, lead=lead, at=now)
    asked = receipts.accepted_assignment(unit, lead=lead, at=now - timedelta(days=1))
    receipts.asked_return(asked, other_unit, at=now)
    at_work = receipts.accepted_assignment(unit, lead=lead, at=now - timedelta(days=20))
    replies.recorded_talk(at_work, at=now - timedelta(days=5))
    consulted = receipts.accepted_assignment(unit, lead=lead, at=now - timedelta(days=30))
    replies.consulted_reply(consulted, at=now - timedelta(days=2))
    to_sign = receipts.accepted_assignment(unit, lead=lead, at=now - timedelta(days=30))
    replies.reply_to_sign(to_sign, at=now - timedelta(days=1))
    replies.replied_case(
        unit, lead=lead, code="B", pledges=replies.pledges_for(2, due), at=now - timedelta(days=10)
    )
    verdicts.judged_case(unit, lead=lead, result="dissatisfied", at=now - timedelta(days=10))
    watched.designated_case(
        cases.registered_case(lead),
        leading_official.official,
        committee_member.committee,
        at=now,
    )
    long_ago = timezone.now() - timedelta(days=150)
    late = [receipts.accepted_assignment(unit, lead=lead, at=long_ago) for _ in range(3)]
    watched.urged(late[0], at=now)
    watched.prepared_notice(late[1])
    watched.released_notice(late[2])
    return congress


def _session_of(
    persona: Membership, elder: bool, live_server: LiveServer, client_of: Callable[..., Any]
) -> Any:
    persona.user.elder_mode = elder
    persona.user.save(update_fields=["elder_mode"])
    cookie = client_of(persona).cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "url": live_server.url}


def _listen(context: BrowserContext, live_server: LiveServer, complaints: list[str]) -> None:
    def hear(message: ConsoleMessage) -> None:
        # A 422 is an answer; the network tab of the console calls it a failure.
        if message.type == "error" and "status of 4" not in message.text:
            complaints.append(message.text)

    here = urlsplit(live_server.url).netloc
    context.on("console", hear)
    context.on("weberror", lambda failed: complaints.append(str(failed.error)))
    context.on(
        "request",
        lambda request: (
            None
            if urlsplit(request.url).netloc in {here, ""}
            else complaints.append(f"asks elsewhere: {request.url}")
        ),
    )
