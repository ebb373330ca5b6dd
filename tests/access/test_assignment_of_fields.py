"""No form writes a column that it does not show: every column of every table is sent to each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from tests.access.asking import addresses, ask, browsers
from tests.access.matrix import PERSONAS
from tests.access.test_forgery import WRITES, one_who_may
from tests.access.world import build
from tests.factories import TODAY
from tests.factories.handling import pdf

OURS = {
    "accounts", "congress", "notices", "suggestions", "assignment", "handling", "supervision",
    "evaluation", "ledgers", "audit",
}  # fmt: skip
POISON_TEXT, POISON_NUMBER, POISON_DAY = "不该写入的字", "987654321", "2031-12-30"
#: What the pages themselves send beside their forms, and views read.
OF_PAGES = {"csrfmiddlewaretoken", "q", "page", "step", "keep", "next", "unit", "chosen", "units"}


def poison() -> dict[str, str]:
    """Return a value for every column of every table, foreign keys under both their names."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for each in model._meta.concrete_fields:
                found |= {each.name: value_for(each), each.attname: value_for(each)}
    return found


def value_for(field: models.Field) -> str:
    if field.choices:
        return str(list(field.flatchoices)[-1][0])
    match field:
        case models.BooleanField():
            return "on"
        case models.DateField():
            return POISON_DAY
        case models.CharField() | models.TextField() | models.JSONField():
            return POISON_TEXT
        case _:
            return POISON_NUMBER


def forms_on(page: Any) -> Iterator[forms.BaseForm]:
    for context in page.context or []:
        for layer in context.dicts if hasattr(context, "dicts") else [context]:
            for each in layer.values():
                yield from forms_in(each)


def forms_in(value: Any) -> Iterator[forms.BaseForm]:
    """Yield a form, or those that an object of ours or a list holds together."""
    if isinstance(value, forms.BaseForm):
        yield value
    elif isinstance(value, list | tuple | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from forms_in(each)
    elif ".forms" in type(value).__module__ and type(value).__module__.split(".")[0] in OURS:
        yield from forms_in(vars(value))


def filled(form: forms.BaseForm) -> dict[str, Any]:
    """Fill a form in as a person might."""
    given = {}
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        given[form.add_prefix(name)] = answer_to(field) if value in (None, "", []) else value
    return {name: value for name, value in given.items() if value is not None}


def answer_to(field: forms.Field) -> Any:
    choices = [value for value, _ in getattr(field, "choices", []) if value not in ("", None)]
    if choices:
        first = getattr(choices[0], "value", choices[0])
        return [first] if isinstance(field, forms.MultipleChoiceField) else first
    match field:
        case forms.FileField():
            return pdf()
        case forms.DateField():
            return TODAY + timedelta(days=30)
        case forms.BooleanField():
            return "on"
        case forms.IntegerField():
            return 1
        case _:
            return "按要求填写的内容。"


def written(client: Any, url: str, data: dict[str, Any]) -> tuple[list[str], int]:
    """Return what a POST writes without numbers, times, random names and secrets; its status."""
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    with CaptureQueriesContext(connection) as queries:
        status = ask(client, "post", url, data).status_code
    found = [query["sql"] for query in queries.captured_queries if WRITES.match(query["sql"])]
    return [plain(sql) for sql in found if "django_session" not in sql], status


def plain(sql: str) -> str:
    sql = re.sub(r"gAAAA[\w=-]+", "S", sql)  # what is encrypted differs each time
    sql = re.sub(r"(?:/[0-9a-f]{2}/)?[0-9a-f]{32,}|[0-9a-f]{8}-[0-9a-f-]{27}", "H", sql)
    return re.sub(r"\d+", lambda hit: hit[0] if hit[0] == POISON_NUMBER else "N", sql)


@pytest.mark.long
@pytest.mark.django_db
def test_what_a_form_does_not_show_is_not_written(request, client_of, unit, other_unit, settings):
    settings.RATE_LIMITS, settings.ACCOUNT_RATE_LIMITS = {}, False
    people = {name: request.getfixturevalue(name) for name in PERSONAS if name != "anonymous"}
    arguments = build(people, unit, other_unit)
    clients, columns = browsers(people, client_of), poison()

    sent, accepted, posts, wrong = 0, 0, 0, []
    for name, url in addresses(arguments):
        client = clients[one_who_may(name)]
        page = ask(client, "get", url)
        shown = list(forms_on(page))
        if page.status_code != 200 or not shown:
            continue
        data = {key: value for form in shown for key, value in filled(form).items()}
        extra = {key: value for key, value in columns.items() if key not in {*data, *OF_PAGES}}
        before, status = written(client, url, data)
        after, poisoned = written(client, url, data | extra)
        posts, sent = posts + 1, sent + len(extra)
        accepted += status in {200, 204, 302}
        if poisoned >= 500 or (before, status) != (after, poisoned):
            wrong.append((name, status, poisoned, sorted(set(after) ^ set(before))[:2]))
        if any(word in sql for sql in after for word in (POISON_TEXT, POISON_NUMBER, POISON_DAY)):
            wrong.append((name, "poisoned"))

    print(  # noqa: T201 -- the figure to report
        f"#12 {posts} forms ({accepted} accepted) × every column: {sent} extra fields sent, "
        f"written {len(wrong)}/{sent}"
    )
    assert wrong == []
    assert posts > 60
    assert date.fromisoformat(POISON_DAY) > TODAY
