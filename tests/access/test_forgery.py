"""Nothing changes by looking or by a form of another site, and strangers learn nothing."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from congress.models import Deputy, Unit
from suggestions.models import Suggestion
from tests.access.asking import addresses, ask, body_of, browsers, signs_of
from tests.access.matrix import MATRIX, PERSONAS
from tests.access.world import build

#: What reading itself leaves behind: who was here, the record of what was read, the page's session.
LEFT_BY_READING = {"django_session", "audit_auditevent"}
#: Opening an alert or a reply is reading it: the reader's own mark of that, once, and no more.
#: Opening a case to number it tells colleagues who has it before them (正在审核).
READ_MARKS = {
    "desk:open_alert": {"notices_alert"},
    "handling:reply": {"handling_delivery"},
    "suggestions:accept": {"suggestions_openreview"},
}
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
PERSONAL = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|[\w.+-]+@[\w-]+\.\w+", re.ASCII
)


@pytest.fixture
def people(request) -> dict:
    return {name: request.getfixturevalue(name) for name in PERSONAS if name != "anonymous"}


@pytest.fixture
def arguments(people, unit, other_unit) -> dict:
    return build(people, unit, other_unit)


def one_who_may(name: str) -> str:
    """Choose a persona to whom an address answers with a page or a deed."""
    signs = signs_of(name)
    order = ("clerk", "staff", "deputy", "unit_head", *PERSONAS[1:])
    return min(order, key=lambda who: (".GM>x-".index(signs[who]), order.index(who)))


def contents() -> dict[str, str]:
    """Digest every table but those that reading itself writes."""
    found = {}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - LEFT_BY_READING
        for table in sorted(tables):
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) "
                f'FROM "{table}" t'
            )
            found[table] = cursor.fetchone()[0]
    return found


def written(queries: CaptureQueriesContext) -> set[str]:
    found = (WRITES.match(query["sql"]) for query in queries.captured_queries)
    return {match.group(1) for match in found if match}


@pytest.mark.long
@pytest.mark.django_db
def test_looking_changes_nothing(people, arguments, client_of):
    clients = browsers(people, client_of)
    asked, changed = 0, []
    before = contents()
    for name, url in addresses(arguments):
        kept = LEFT_BY_READING | READ_MARKS.get(name, set())
        for who in dict.fromkeys((one_who_may(name), "staff", "clerk", "deputy", "anonymous")):
            with CaptureQueriesContext(connection) as queries:
                if name in READ_MARKS:
                    ask(clients[who], "get", url)
                else:
                    body_of(clients[who].get(url))
            asked += 1
            if written(queries) - kept:
                changed.append((name, who, sorted(written(queries) - kept)))
    after = contents()

    print(  # noqa: T201 -- the figure to report
        f"#17 {asked} pages read: {len(changed)} wrote, tables changed "
        f"{sum(before[table] != after[table] for table in before)}/{len(before)}"
    )
    assert changed == []
    assert after == before


@pytest.mark.long
@pytest.mark.django_db
def test_a_form_of_another_site_is_refused(people, arguments, client_of):
    clients = browsers(people, client_of, enforce_csrf_checks=True)
    tried, done = 0, []
    before = contents()
    for name, url in addresses(arguments):
        if name.startswith("health"):
            continue
        who = one_who_may(name)
        client = clients[who]
        client.get(reverse("sign_in_help"))
        token = client.get(reverse("me")).context["csrf_token"] if who in people else ""
        for headers, data in (
            ({}, {}),
            ({"HX-Request": "true"}, {}),
            ({"Origin": "https://evil.example"}, {"csrfmiddlewaretoken": str(token)}),
            ({"Origin": "https://evil.example", "X-CSRFToken": str(token)}, {}),
            ({"Origin": "null", "HX-Request": "true", "X-CSRFToken": str(token)}, {}),
            ({"Referer": "https://evil.example/"}, {"csrfmiddlewaretoken": str(token)}),
        ):
            is_by_referer = "Referer" in headers
            answer = client.post(url, data, headers=headers, secure=is_by_referer)
            tried += 1
            if answer.status_code != 403:
                done.append((name, who, sorted(headers), answer.status_code))

    print(  # noqa: T201 -- the figure to report
        f"#17 {tried} forged POSTs (no token, htmx without one, foreign Origin or Referer) to "
        f"{len(MATRIX)} addresses: successes {len(done)}/{tried}"
    )
    assert done == []
    assert contents() == before


@pytest.mark.long
@pytest.mark.django_db
def test_who_is_not_signed_in_learns_no_person_and_no_business(people, arguments, client):
    secret = {
        *Suggestion.objects.exclude(title="").values_list("title", flat=True),
        *Deputy.objects.values_list("name", flat=True),
        *Unit.objects.values_list("name", flat=True),
        *User.objects.values_list("username", flat=True),
    }
    strange = [
        "/nowhere/", "/cases/999999999/", "/%00", "/static/nothing.css", "/favicon.ico",
        "/cases/?q=公交", "/accounts/login/?next=/cases/1/", "/static/js/app.js",
    ]  # fmt: skip
    urls = [url for name, url in addresses(arguments) if name != "gallery"] + strange

    found, words = [], []
    for url in urls:
        text = body_of(ask(client, "get", url)).decode(errors="replace")
        found += [(url, hit) for hit in PERSONAL.findall(text)]
        words += [(url, word) for word in secret if word in text]

    print(  # noqa: T201 -- the figure to report
        f"#16 {len(urls)} addresses asked without signing in: personal data {len(found)}, "
        f"business words {len(words)}"
    )
    assert (found, words) == ([], [])
