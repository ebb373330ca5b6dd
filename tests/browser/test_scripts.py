"""
Texts that want to be scripts, in every field that a page may show: none runs, none is refused.

A breach that the Content-Security-Policy stops counts as one all the same: the text had become
part of the page. So does a request for what only a payload names.
"""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.urls import reverse
from playwright.sync_api import Page

from tests.access.matrix import PERSONAS
from tests.access.world import build
from tests.browser.payloads import CANARY, PAYLOADS
from tests.browser.walk import walk

#: Without these nothing works: names that the program itself looks for, and sign-in.
KEPT = {"username", "password", "key", "profile", "content_type", "sha256", "file", "report", "url"}
OURS = (
    "congress", "accounts", "suggestions", "assignment", "handling", "supervision", "evaluation",
    "ledgers", "notices",
)  # fmt: skip
HOOKS = """
(() => {
  window.__ran = [];
  for (const name of ["alert", "confirm", "prompt", "print"])
    window[name] = (...said) => window.__ran.push(name + said);
  addEventListener("securitypolicyviolation",
    (breach) => window.__ran.push("CSP " + breach.violatedDirective + " " + breach.sample));
})();
"""
PEOPLE = [
    "deputy", "cosigner", "secretary", "staff", "director", "system_office", "clerk", "unit_head",
    "committee_member", "leader", "leading_official", "system_admin", "security_admin", "auditor",
]  # fmt: skip

#: Whose pages are opened once more with the payloads dealt out anew.
SEEN_AGAIN = ["deputy", "staff", "clerk", "system_admin"]


def text_fields() -> list[tuple[Any, Any]]:
    """List the free text fields of all our tables."""
    return [
        (model, field)
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.primary_key
        and field.name not in KEPT
        and not isinstance(field, models.FileField | models.GenericIPAddressField)
    ]


def fitting(field: Any, start: int) -> list[str]:
    """Choose as many payloads as a field holds, beginning anywhere in the list."""
    room = field.max_length or 6_000
    chosen: list[str] = []
    for payload in PAYLOADS[start:] + PAYLOADS[:start]:
        if len(payload) + 1 <= room:
            chosen.append(payload)
            room -= len(payload) + 1
    return chosen


def poison(round_of: int) -> int:
    """Put payloads into every text of every row that takes them; return how many pairs that are."""
    pairs = 0
    for number, (model, field) in enumerate(text_fields()):
        chosen = fitting(field, (number * 7 + round_of * 31) % len(PAYLOADS))
        took = False
        for row in model._base_manager.order_by("pk").values_list("pk", flat=True)[:40]:
            text = " ".join(chosen)
            text = f"{text[: (field.max_length or 9_999) - 8]}{row}" if field.unique else text
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=row).update(**{field.attname: text})
                took = True
            except DatabaseError:
                continue  # a record nobody may change, or a shape the database demands
        pairs += len(chosen) * took
    return pairs


class Watch:
    """What ran, was stopped, or was asked for."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.pages = 0

    def visit(self, page: Page, address: str) -> None:
        page.goto(address)
        # What is swapped in by htmx, drawn by scripts or focused by itself takes a moment.
        page.wait_for_timeout(120)
        self.pages += 1
        self.found += [f"{address}: {ran}" for ran in page.evaluate("window.__ran")]

    def listen(self, page: Page) -> None:
        page.add_init_script(HOOKS)
        page.on("dialog", lambda dialog: (self.found.append("dialog"), dialog.dismiss()))
        page.on(
            "request",
            lambda request: (
                self.found.append(request.url) if CANARY in request.url.partition("?")[0] else None
            ),
        )


@pytest.fixture
def world(request, congress, unit, other_unit):
    people = {name: request.getfixturevalue(name) for name in PERSONAS if name != "anonymous"}
    build(people, unit, other_unit)
    return people


@pytest.mark.long
def test_no_text_of_any_field_becomes_a_script(world, client_of, open_page, complaints):
    clients = {name: client_of(world[name]) for name in PEOPLE}
    reach = {name: list(walk(clients[name]).pages.values()) for name in PEOPLE}
    watch, pairs = Watch(), 0

    for round_of, names in enumerate([PEOPLE, SEEN_AGAIN]):
        pairs += poison(round_of)
        for name in names:
            page = open_page(world[name], "/")
            watch.listen(page)
            for address in reach[name]:
                watch.visit(page, address)
            page.context.close()
    asked = _reflected(world, open_page, watch)

    sys.stdout.write(
        f"\n#19 {pairs} pairs of payload and field in {len(text_fields())} fields, {asked} "
        f"payloads in addresses, {watch.pages} pages: run, stopped by the policy or asked for "
        f"{len(watch.found)}\n"
    )
    assert (watch.found[:5], complaints) == ([], [])


def _reflected(world: Any, open_page: Any, watch: Watch) -> int:
    """Send payloads through the search and the fields of lists, some at a time."""
    lists = {
        "staff": ["desk:cases", "suggestions:reviews", "ledgers:figures"],
        "clerk": ["assignment:receipts"],
        "auditor": ["audit_events"],
    }
    asked = 0
    for name, addresses in lists.items():
        page = open_page(world[name], "/")
        watch.listen(page)
        for address in map(reverse, addresses):
            for start in range(0, len(PAYLOADS), 6):
                text = quote(" ".join(PAYLOADS[start : start + 6])[:490])
                watch.visit(page, f"{address}?q={text}&sort={text}&session={text}&stage={text}")
                asked += len(PAYLOADS[start : start + 6])
        page.context.close()
    return asked


@pytest.mark.long
def test_a_text_that_became_part_of_a_page_would_be_seen(open_page, complaints):
    page, watch = open_page(None, "/"), Watch()
    watch.listen(page)
    watch.visit(page, "/accounts/login/")

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    page.wait_for_timeout(500)

    assert watch.found == []
    assert [each.split()[0] for each in page.evaluate("window.__ran")] == ["CSP"]
    complaints.clear()
