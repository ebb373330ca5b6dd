"""
Measure ten key pages with Lighthouse, as the people who use them most (script/lighthouse).

Without an address it starts a server of its own with the demonstration, as script/screenshots does.
Exits with 1 if a page is below its goal: accessibility 100, best practices 95, performance 95 at a
desk and 90 on a phone.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tools.screenshots import (
    CLERKS,
    DEPUTIES,
    DIRECTOR,
    DRAFT,
    PHONE,
    REPLY,
    ROOT,
    STAFF,
    Failed,
    Picture,
    own_server,
    signed_in,
    walk,
)

PROGRAM = ROOT / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = ("accessibility", "best-practices", "performance")
GOALS = {
    "mobile": {"accessibility": 100, "best-practices": 95, "performance": 90},
    "desktop": {"accessibility": 100, "best-practices": 95, "performance": 95},
}
CASE = r"/cases/\d+/"
PAGES = [
    Picture("sign-in", (), PHONE, "/accounts/login/"),
    Picture("deputy-home", DEPUTIES[:1], PHONE, "/"),
    Picture("deputy-suggestions", DEPUTIES[:1], PHONE, "/suggestions/mine/"),
    Picture("deputy-case", DEPUTIES, PHONE, "/suggestions/mine/", (CASE,)),
    Picture("deputy-writing", DEPUTIES, PHONE, "/inbox/", (DRAFT, f"{DRAFT}items/")),
    Picture("clerk-inbox", CLERKS[:1], PHONE, "/inbox/"),
    Picture("clerk-reply", CLERKS, PHONE, "/inbox/", (REPLY,)),
    Picture("staff-cases", STAFF, PHONE, "/cases/"),
    Picture("staff-case", STAFF, PHONE, "/supervision/", (CASE,)),
    Picture("director-dashboard", DIRECTOR, PHONE, "/dashboard/"),
]


@dataclass(frozen=True)
class Result:
    """What Lighthouse says of one page in one form factor."""

    page: str
    form: str
    scores: dict[str, int]
    largest_paint: float
    below: list[str]

    @property
    def is_good(self) -> bool:
        return all(self.scores[name] >= goal for name, goal in GOALS[self.form].items())


def main() -> None:
    wanted = argparse.ArgumentParser(prog="script/lighthouse")
    wanted.add_argument("--base-url", help="use the demonstration that runs at this address")
    wanted.add_argument("--only", help="measure only pages whose names match this pattern")
    wanted.add_argument("--chromium", help="the browser to use, if not the one on PATH")
    choice = wanted.parse_args()
    pages = [page for page in PAGES if re.search(choice.only or "", page.name)]
    server = nullcontext(choice.base_url.rstrip("/")) if choice.base_url else own_server()
    try:
        chromium = choice.chromium or _chromium()
        with server as address:
            results = list(measure(pages, address, chromium))
    except Failed as failed:
        sys.exit(f"script/lighthouse: {failed}")
    good = sum(result.is_good for result in results)
    print(f"#4.6 Lighthouse: {good} of {len(results)} measurements reach their goals")
    sys.exit(0 if good == len(results) else 1)


def _chromium() -> str:
    """:raises Failed: if there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise Failed("没有找到 Chromium，请用 --chromium 指明。")
    return found


def measure(pages: list[Picture], address: str, chromium: str) -> Iterator[Result]:
    """
    Measure pages one after the other, printing a line for each.

    :raises Failed: if a page is not there, or Lighthouse does not run.
    """
    print(f"{'':<20}{'':<9}{'无障碍':>5}{'最佳实践':>6}{'性能':>6}{'LCP':>8}")
    for page, (url, cookie) in addresses(pages, address, chromium).items():
        for form in GOALS:
            try:
                result = _run(page, form, url, cookie, chromium)
            except Failed:  # a browser that painted nothing in time, once, is no page's fault
                result = _run(page, form, url, cookie, chromium)
            scores = "".join(f"{result.scores[name]:>8}" for name in CATEGORIES)
            print(f"{page:<20}{form:<9}{scores}{result.largest_paint / 1000:>8.1f} s", flush=True)
            for line in result.below:
                print(f"    {line}")
            yield result


def addresses(pages: list[Picture], address: str, chromium: str) -> dict[str, tuple[str, str]]:
    """Find each page as its reader would; return its address and the reader's session."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        found = {page.name: _found(page, browser, address) for page in pages}
        browser.close()
    return found


def _found(page: Picture, browser: Browser, address: str) -> tuple[str, str]:
    """:raises Failed: if no account's links lead to the page."""
    if not page.accounts:
        return f"{address}{page.start}", ""
    for account in page.accounts:
        with signed_in(account, page, browser, address) as tab:
            if walk(tab, page):
                cookies = (f"{one['name']}={one['value']}" for one in tab.context.cookies())
                return tab.url, "; ".join(cookies)
    raise Failed(f"{page.name}：没有账号从 {page.start} 走得到 {page.trail}。")


def _run(page: str, form: str, url: str, cookie: str, chromium: str) -> Result:
    """:raises Failed: if Lighthouse does not run."""
    with tempfile.TemporaryDirectory(prefix="daibiao-lighthouse-") as folder:
        report = Path(folder) / "report.json"
        headers = Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": cookie} if cookie else {}), encoding="utf-8")
        command = [
            str(PROGRAM),
            url,
            "--quiet",
            "--output=json",
            f"--output-path={report}",
            f"--extra-headers={headers}",
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox --lang=zh-CN",
            "--no-enable-error-reporting",
            *(["--preset=desktop"] if form == "desktop" else []),
        ]
        # Nobody is asked for anything but the page: not even a proxy.
        environment = {
            name: value for name, value in os.environ.items() if "proxy" not in name.lower()
        } | {"CHROME_PATH": chromium}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if not report.exists():
            raise Failed(f"Lighthouse 没有运行：{done.stderr.strip()[-500:]}")
        return _read(page, form, json.loads(report.read_text(encoding="utf-8")))


def _read(page: str, form: str, report: dict[str, Any]) -> Result:
    """:raises Failed: if another page was measured than the one asked for."""
    if error := report.get("runtimeError"):
        raise Failed(f"{page}：{error['message']}")
    if report["finalDisplayedUrl"] != report["requestedUrl"]:
        raise Failed(f"{page}：测到的是 {report['finalDisplayedUrl']}。")
    categories = report["categories"]
    below = [
        f"{audit['id']}: {audit['title']} {audit.get('displayValue', '')}".rstrip()
        for name in ("accessibility", "best-practices")
        for reference in categories[name]["auditRefs"]
        if (audit := report["audits"][reference["id"]])["score"] is not None
        and reference["weight"]
        and audit["score"] < 1
    ]
    return Result(
        page=page,
        form=form,
        scores={name: round(100 * categories[name]["score"]) for name in CATEGORIES},
        largest_paint=report["audits"]["largest-contentful-paint"]["numericValue"],
        below=below,
    )


if __name__ == "__main__":
    main()
