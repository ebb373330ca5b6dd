"""
What stands behind the question mark never becomes a name in a query, on no page of the site.

Every address that a persona may open is asked with hostile query strings; what reaches the
database is compared with what the plain address makes of it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.urls import reverse

from tests.access.matrix import MATRIX, PERSONAS, POSTED
from tests.access.test_matrix import Undo
from tests.access.world import build

MARK = "zzqx"
#: Keys that no page knows. What is left of the mark in a query would have come from here.
STRANGE_KEYS = [
    f"{MARK}=1",
    f"id__{MARK}=1",
    f"lead_deputy__user__password__startswith={MARK}",
    "pk__in=1&pk__gt=0&id__isnull=1",
    f"_connector=OR 1=1 OR {MARK}&_negated=1",
    f"order_by=-password__{MARK}",
    f"annotate={MARK}&alias={MARK}&values={MARK}",
    f"title__regex=(a%2B)%2B{MARK}",
    f"sort={MARK}",
    "sort=-user__password",
    f"sort=id%29;DROP%20TABLE%20{MARK}--",
    f"sort=title%22%20FROM%20{MARK}%20--",
    "sort=--title&sort=title__isnull",
    "sort=pk&sort=id&sort=?",
    f"__proto__[{MARK}]=1&a[]=1",
    "&".join(f"k{n}__{MARK}={n}" for n in range(100)),
]
#: Values that no field expects: each is put behind every field that the page itself offers.
STRANGE_VALUES = [
    "%00",
    "a%00b",
    "%0d%0aSet-Cookie:x=1",
    "%1b[31m",
    "%ed%a0%80",
    "%ff%fe",
    "%zz",
    "%e2%80%ae",
    "9" * 30,
    "-1",
    "1e309",
    "NaN",
    "１２",
    "2026-13-45",
    "0001-01-01",
    "9999-12-31",
    "'%20OR%201=1--",
    "%25%25%25",
    "\\",
    quote("𠮷" * 160),
    quote("(" * 400),
    "x" * 501,
]
FIELD = re.compile(r'<(?:input|select)\b[^>]*?\bname="([^"]+)"')


@contextmanager
def statements() -> Iterator[set[str]]:
    """Collect the SQL that is sent, without its values."""
    found: set[str] = set()

    def note(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        # A name and no more: what was prepared under it was sent before, and looked at then.
        if not str(sql).startswith("EXECUTE asked_"):
            found.add(re.sub(r"(%s(, )?)+", "%s", re.sub(r"\s[sx]\d+_\w+|\d+", "0", str(sql))))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def asked(client: Any, url: str, query: str = "") -> tuple[int, set[str], str]:
    """Ask once and take back what was written; return the status, the statements, the page."""
    status, page = 0, ""
    with statements() as found:
        try:
            with transaction.atomic():
                response = client.get(f"{url}?{query}" if query else url)
                status = response.status_code
                content = response.getvalue()
                page = content.decode("utf-8", "replace")
                raise Undo
        except Undo:
            pass
    return status, found, page


def open_addresses(arguments: dict[str, list[Any]]) -> Iterator[tuple[str, str, str]]:
    """Yield each address that somebody may open, with the first persona who may."""
    for name, signs in MATRIX.items():
        if name in POSTED or "." not in signs:
            continue
        # Somebody signed in, where there is one: a stranger sees less of what a page can do.
        whom = signs.find(".", 1) if "." in signs[1:] else 0
        yield name, reverse(name, args=arguments.get(name, [])), PERSONAS[whom]


class Fuzz:
    """What came of asking."""

    def __init__(self) -> None:
        self.requests = self.addresses = 0
        self.broken: list[str] = []
        self.named: list[str] = []
        self.differing: list[str] = []

    def try_out(self, client: Any, name: str, url: str) -> None:
        _, first, page = asked(client, url)
        _, second, _ = asked(client, url)
        plain = first | second
        self.addresses += 1
        # Fields of pages that only send would be asked about by none.
        forms = re.findall(r'<form\b[^>]*method="get".*?</form>', page, re.DOTALL)
        asks = "".join(form for form in forms if "bar-search" not in form)
        fields = sorted(set(FIELD.findall(asks)))
        # A page that is asked nothing gets some of the keys, each page others.
        keys = STRANGE_KEYS if fields else STRANGE_KEYS[self.addresses % 4 :: 4]
        for query in keys:
            sent = self._ask(client, name, url, query)
            if sent - plain:
                self.differing.append(f"{name} ?{query[:60]}: {min(sent - plain)[:300]}")
        for number, value in enumerate(STRANGE_VALUES if fields else STRANGE_VALUES[:1]):
            # All fields at once, and each value once more behind one of them, twice over.
            self._ask(client, name, url, "&".join(f"{quote(f)}={value}" for f in fields))
            for field in fields[number % max(len(fields), 1) :][:1]:
                self._ask(client, name, url, f"{field}={value}&{field}={value}&page={value}")
                self._ask(client, name, url, f"{field}__{MARK}={value}&{field}__in={value}")

    def _ask(self, client: Any, name: str, url: str, query: str) -> set[str]:
        status, sent, _ = asked(client, url, query)
        self.requests += 1
        if status >= 500 or status == 0:
            self.broken.append(f"{status} {name} ?{query[:80]}")
        self.named += [f"{name} ?{query[:60]}: {sql[:200]}" for sql in sent if MARK in sql]
        return sent


@pytest.mark.long
def test_no_query_string_breaks_a_page_or_names_anything(request, client_of, unit, other_unit):
    people = {name: request.getfixturevalue(name) for name in PERSONAS if name != "anonymous"}
    arguments = build(people, unit, other_unit)
    clients = {name: client_of(person) for name, person in people.items()}
    fuzz = Fuzz()

    for name, url, persona in open_addresses(arguments):
        if persona in clients:
            fuzz.try_out(clients[persona], name, url)

    sys.stdout.write(
        f"\n#20 {fuzz.addresses} addresses, {fuzz.requests} hostile query strings: 500s "
        f"{len(fuzz.broken)}, statements with a name from outside {len(fuzz.named)}, statements "
        f"that differ for an unknown key {len(fuzz.differing)}\n"
    )
    assert (fuzz.broken[:5], fuzz.named[:5], fuzz.differing[:5]) == ([], [], [])
