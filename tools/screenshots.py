"""
Take the pictures of docs/screenshots, for the READMEs and the manual (script/screenshots).

Without an address it starts a server of its own, on a free port and with a data directory of its
own, and stops it afterwards. The demonstration is loaded as of today: on any other day its lamps
and deadlines would speak of another time.
"""

import argparse
import io
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "docs" / "screenshots"
PHONE, SCREEN = (360, 740), (1366, 768)
#: All together; above it a clone of the project would carry more pictures than code.
MOST_BYTES = 2_000_000
COLOURS = 64
START = 600.0


@dataclass(frozen=True)
class Picture:
    """
    One picture: who looks, at what size, from which address, and which links lead on.

    A step of the trail is a pattern; the first link of the page that matches it whole is followed.
    Of several accounts the first is taken whose pages have the whole trail. ``top`` is a heading or
    label to which the page is scrolled.
    """

    name: str
    accounts: tuple[str, ...]
    size: tuple[int, int]
    start: str
    trail: tuple[str, ...] = ()
    top: str = ""
    elder: bool = False


DEPUTIES = tuple(f"daibiao{number:02d}" for number in range(1, 12))
CLERKS = tuple(f"danwei{number:02d}" for number in range(1, 7))
STAFF, DIRECTOR = ("gongwei01",), ("gongwei00",)
DRAFT, JUDGE = r"/suggestions/\d+/draft/", r"/evaluation/cases/\d+/judge/"
REPLY = r"/handling/assignments/\d+/reply/"
PICTURES = [
    Picture("deputy-home", DEPUTIES[:1], PHONE, "/"),
    Picture("deputy-case", DEPUTIES, PHONE, "/suggestions/mine/", (r"/cases/\d+/",)),
    Picture("deputy-writing", DEPUTIES, PHONE, "/inbox/", (DRAFT, f"{DRAFT}items/")),
    Picture("deputy-judging", DEPUTIES, PHONE, "/inbox/", (JUDGE,), top="您的评价"),
    Picture("deputy-elder", DEPUTIES[1:2], PHONE, "/", elder=True),
    Picture("staff-inbox", STAFF, SCREEN, "/inbox/"),
    Picture("staff-batch", STAFF, SCREEN, "/assignment/batch/"),
    Picture("staff-case", STAFF, SCREEN, "/supervision/", (r"/cases/\d+/",)),
    Picture("unit-reply", CLERKS, SCREEN, "/inbox/", (REPLY,), top="拟写答复"),
    Picture("staff-supervision", STAFF, SCREEN, "/supervision/"),
    Picture("director-dashboard", DIRECTOR, SCREEN, "/dashboard/"),
    Picture("staff-figures", STAFF, SCREEN, "/ledgers/figures/"),
    Picture("staff-review", STAFF, SCREEN, "/inbox/", (r"/suggestions/\d+/accept/",)),
    Picture("staff-evaluation", STAFF, SCREEN, "/evaluation/"),
    Picture("secretary-inbox", ("tuan01",), PHONE, "/inbox/"),
    Picture("office-inbox", ("ducha01",), SCREEN, "/inbox/"),
    Picture("unit-inbox", CLERKS[:1], SCREEN, "/inbox/"),
    Picture("unit-meetings", CLERKS, SCREEN, "/handling/meetings/"),
    Picture("leader-home", ("lingdao01",), PHONE, "/"),
    Picture("admin-users", ("sysadmin",), SCREEN, "/administration/users/"),
]


class Failed(Exception):
    """A reason why there is no picture, in one sentence."""


def main() -> None:
    wanted = argparse.ArgumentParser(prog="script/screenshots")
    wanted.add_argument("--base-url", help="use the demonstration that runs at this address")
    wanted.add_argument("--only", help="take only pictures whose names match this pattern")
    wanted.add_argument("--chromium", help="the browser to use, if not Playwright's own")
    choice = wanted.parse_args()
    pictures = [one for one in PICTURES if re.search(choice.only or "", one.name)]
    try:
        if choice.base_url:
            take(pictures, choice.base_url.rstrip("/"), choice.chromium)
        else:
            with own_server() as address:
                take(pictures, address, choice.chromium)
    except Failed as failed:
        sys.exit(f"script/screenshots: {failed}")


@contextmanager
def own_server() -> Iterator[str]:
    """Run the demonstration for as long as the pictures take."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="daibiao-pictures-") as data:
        server = subprocess.Popen(
            [sys.executable, "-m", "config.server"],
            cwd=ROOT,
            env=os.environ | {"PORT": str(port), "DATA_DIR": data},
        )
        try:
            wait_until_ready(address, server)
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)


def wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    """:raises Failed: if the server does not come up."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START
    while time.monotonic() < end and server.poll() is None:
        try:
            opener.open(f"{address}/health/ready", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(1)
        else:
            return
    raise Failed("服务没有起来，原因见上面的输出。")


def take(pictures: list[Picture], address: str, chromium: str | None) -> None:
    """
    Take pictures, each with a browser that nobody used before.

    :raises Failed: if a page is not there, or all pictures together are too large.
    """
    PLACE.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for picture in pictures:
            image = squeezed(shoot(picture, browser, address))
            (PLACE / f"{picture.name}.png").write_bytes(image)
            print(f"{picture.name}.png  {len(image) // 1024} KB")
        browser.close()
    size = sum(path.stat().st_size for path in PLACE.glob("*.png"))
    if size > MOST_BYTES:
        raise Failed(f"全部图片共{size}字节，超过{MOST_BYTES}字节。")


def shoot(picture: Picture, browser: Browser, address: str) -> bytes:
    """:raises Failed: if no account's links lead to the page."""
    for account in picture.accounts:
        with signed_in(account, picture, browser, address) as page:
            if walk(page, picture):
                return page.screenshot()
    raise Failed(f"{picture.name}：没有账号从 {picture.start} 走得到 {picture.trail}。")


@contextmanager
def signed_in(account: str, picture: Picture, browser: Browser, address: str) -> Iterator[Page]:
    """Open a fresh browser as an account, and leave its reading mode as it is by default."""
    width, height = picture.size
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if picture.size == PHONE else 1,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    context.set_default_timeout(90_000)
    page = context.new_page()
    sign_in(page, account)
    if picture.elder:
        set_elder_mode(page, is_on=True)
    yield page
    if picture.elder:
        set_elder_mode(page, is_on=False)
    context.close()


def sign_in(page: Page, account: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", account)
    page.fill("input[name=password]", os.environ.get("DEMO_PASSWORD", "shifan-2026"))
    page.click("main form button[type=submit].btn-primary")
    page.wait_for_url(lambda url: "/login/" not in url)


def set_elder_mode(page: Page, *, is_on: bool) -> None:
    """Press the button on the page of one's own, if it offers that."""
    page.goto("/accounts/me/")
    button = page.locator(f"main button[name=elder][value='{int(is_on)}']")
    if button.count():
        button.click()
        page.locator(f"main button[name=elder][value='{int(not is_on)}']").wait_for()


def walk(page: Page, picture: Picture) -> bool:
    """
    Go where the picture is taken, and tell whether there is a way.

    :raises Failed: if the start is not there.
    """
    answer = page.goto(picture.start)
    if answer is None or not answer.ok:
        raise Failed(f"{picture.name}：{picture.start} 打不开。")
    if not all(follow(page, pattern) for pattern in picture.trail):
        return False
    page.wait_for_load_state("networkidle")
    if picture.top:
        heading = page.get_by_text(picture.top, exact=True).first
        heading.evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 72)")
    return True


def follow(page: Page, pattern: str) -> bool:
    """Go to the first link that matches, and tell whether there was one."""
    links = page.eval_on_selector_all("main a[href]", "all => all.map(one => one.pathname)")
    found = next((link for link in links if re.fullmatch(pattern, link)), None)
    if found is None:
        return False
    answer = page.goto(found)
    return answer is not None and answer.ok


def squeezed(image: bytes) -> bytes:
    """Make a picture small: pages have few colours."""
    packed = io.BytesIO()
    picture = Image.open(io.BytesIO(image)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
    return packed.getvalue()


if __name__ == "__main__":
    main()
