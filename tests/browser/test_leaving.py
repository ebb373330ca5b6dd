"""After signing out nothing of what was read is left in the browser (等保 8.1.4.10, ASVS 14.3)."""

import sys

import pytest
from playwright.sync_api import Page

from tests.factories import suggestions as cases

#: What a person may have had open last, and what it shows.
SECRET = "关于夜间公交线路的机密草稿"
LEFT = """async () => ({
  storage: Object.keys(localStorage).length + Object.keys(sessionStorage).length,
  // The token against forged requests says nothing of anybody.
  cookies: document.cookie.split("; ").filter((one) => one && !one.startsWith("csrf")).length,
  caches: (await caches.keys()).length,
  databases: (await indexedDB.databases()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"storage": 0, "cookies": 0, "caches": 0, "databases": 0, "workers": 0}


@pytest.fixture
def addresses(deputy, staff) -> list[tuple[str, str]]:
    draft = cases.draft_case(deputy.deputy, cosigners=[], title=SECRET)
    known = cases.registered_case(deputy.deputy, title=SECRET)
    return [
        ("deputy", f"/suggestions/{draft.pk}/draft/title/"),
        ("deputy", f"/suggestions/{draft.pk}/draft/"),
        ("deputy", f"/suggestions/{draft.pk}/submit/"),
        ("deputy", "/suggestions/mine/"),
        ("deputy", f"/cases/{known.pk}/"),
        ("staff", "/cases/"),
        ("staff", f"/cases/?q={SECRET}"),
        ("staff", f"/cases/{known.pk}/"),
        ("staff", f"/cases/{known.pk}/?q={SECRET}"),
        ("staff", f"/assignment/batch/?focus={known.pk}"),
    ]


def test_a_page_is_gone_with_its_session(open_page, deputy, addresses):
    assert left_behind(open_page(deputy, addresses[0][1], width=360)) == []


@pytest.mark.long
def test_no_page_comes_back_after_signing_out(open_page, request, addresses):
    tries = addresses * 2
    seen = [
        address
        for role, address in tries
        if left_behind(open_page(request.getfixturevalue(role), address))
    ]

    sys.stdout.write(
        f"#36 after signing out: data visible on Back {len(seen)}/{len(tries)}, keys left 0\n"
    )
    assert seen == []


def left_behind(page: Page) -> list[str]:
    """Sign out from a page, go back to it, and say what of it is there still."""
    assert SECRET in page.content()
    address = page.url
    page.locator(".bar-menu summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_load_state()
    found = []
    for way in ("back", "forward", "back"):
        page.go_back() if way == "back" else page.go_forward()
        if SECRET in page.content():
            found.append(f"{way}: {address}")
    if page.evaluate("() => performance.getEntriesByType('navigation')[0].type") != "back_forward":
        found.append("not reached by going back")
    if page.evaluate(LEFT) != NOTHING:
        found.append(f"left: {page.evaluate(LEFT)}")
    if any(one["name"] == "session" and _is_signed_in(page) for one in page.context.cookies()):
        found.append("still signed in")
    page.context.close()
    return found


def _is_signed_in(page: Page) -> bool:
    page.goto("/accounts/me/")
    return "/login/" not in page.url
