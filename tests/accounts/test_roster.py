"""The roster: kept by the congress's own staff, complete enough to begin from nothing."""

from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roster import GROUPS, KINDS
from audit.models import AuditEvent
from congress.models import Category, Delegation, Deputy, Office, Session, Unit
from tests.factories.congress import make_delegation, make_term, make_unit

KEEPERS = ["staff", "director", "session_staff"]
OTHERS = ["deputy", "clerk", "unit_head", "system_office", "leader", "system_admin", "auditor"]


def url(name: str, *args) -> str:
    return reverse(f"roster_{name}", args=args)


@pytest.mark.parametrize("persona", KEEPERS + OTHERS)
def test_opens_to_the_staff_alone(persona, request, client_of):
    client = client_of(request.getfixturevalue(persona))

    answers = {client.get(url("list", slug)).status_code for slug in KINDS}
    answers.add(client.get(reverse("roster")).status_code)

    assert answers == {HTTPStatus.OK if persona in KEEPERS else HTTPStatus.FORBIDDEN}


@pytest.mark.parametrize("slug", KINDS)
def test_every_kind_has_its_pages(
    slug, staff, session, deputy, unit, committee, official, client_of
):
    client = client_of(staff)
    row = KINDS[slug].model.objects.filter(congress=staff.congress).first()

    pages = [client.get(url("add", slug)), client.get(url("correct", slug, row.pk))]

    assert [page.status_code for page in pages] == [HTTPStatus.OK, HTTPStatus.OK]
    saved = client.post(url("correct", slug, row.pk), _as_typed(pages[1].context["form"]))
    assert saved.status_code == HTTPStatus.FOUND


def test_every_kind_stands_in_a_group():
    assert sorted(slug for slugs in GROUPS.values() for slug in slugs) == sorted(KINDS)


def test_a_congress_begins_from_nothing(staff, client_of):
    client, congress = client_of(staff), staff.congress

    client.post(url("add", "terms"), {"number": "6"})
    term = congress.terms.get()
    given = {"term": term.pk, "number": "2", "opens_on": "2026-02-24", "closes_on": "2026-03-02"}
    client.post(url("add", "sessions"), given)
    client.post(url("add", "delegations"), {"kind": "delegation", "name": "东区", "order": "1"})
    delegation = Delegation.objects.get(name="东区")
    given = {"term": term.pk, "name": "王秀兰", "delegation": delegation.pk, "phone": "139"}
    client.post(url("add", "deputies"), given)
    system = congress.systems.first()
    client.post(url("add", "units"), {"name": "市水利局", "system": system.pk, "order": "1"})

    assert Session.objects.get(congress=congress).is_current
    assert Deputy.objects.get(name="王秀兰").delegation == delegation
    assert Unit.objects.get(name="市水利局").group.name.startswith("unit:")


def test_a_correction_keeps_what_was_there_before(staff, unit, client_of):
    page = client_of(staff).get(url("correct", "units", unit.pk))
    typed = _as_typed(page.context["form"]) | {"name": "市交通运输局（港航局）"}

    client_of(staff).post(url("correct", "units", unit.pk), typed)

    event = AuditEvent.objects.get(action="unit.correct")
    assert event.detail == {"name": ["市交通运输局", "市交通运输局（港航局）"]}
    assert event.actor == staff.user


def test_two_of_one_name_are_refused(staff, unit, other_unit, client_of):
    page = client_of(staff).get(url("correct", "units", unit.pk))
    typed = _as_typed(page.context["form"]) | {"name": other_unit.name}

    page = client_of(staff).post(url("correct", "units", unit.pk), typed)

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "已有同名" in page.content.decode()


def test_rows_of_another_congress_are_out_of_reach(other_staff, unit, deputy, client_of):
    client = client_of(other_staff)

    assert client.get(url("correct", "units", unit.pk)).status_code == HTTPStatus.NOT_FOUND
    given = {"name": "某局", "system": unit.system_id, "order": "1"}
    page = client.post(url("add", "units"), given)
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_head_comes_from_the_delegation(staff, deputy, other_deputy, delegation, client_of):
    typed = {"name": delegation.name, "order": "0", "head": other_deputy.deputy_id}
    page = client_of(staff).post(url("correct", "delegations", delegation.pk), typed)
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    typed["head"] = deputy.deputy_id
    client_of(staff).post(url("correct", "delegations", delegation.pk), typed)
    assert Delegation.objects.get(pk=delegation.pk).head == deputy.deputy


def test_a_system_gets_its_office(staff, congress, client_of):
    office = Office.objects.get(congress=congress, kind=Office.Kind.SECRETARIAT)
    system = congress.systems.first()
    typed = {"name": system.name, "order": system.order, "office": office.pk}

    client_of(staff).post(url("correct", "systems", system.pk), typed)

    assert congress.systems.first().office == office


def test_a_code_is_taken_out_of_use_not_away(staff, category, client_of):
    typed = {"label": category.label, "order": "1"}

    client_of(staff).post(url("correct", "categories", category.pk), typed)

    assert not Category.objects.get(pk=category.pk).is_active


def test_an_unknown_kind_does_not_exist(staff, client_of):
    assert client_of(staff).get(url("list", "users")).status_code == HTTPStatus.NOT_FOUND


def test_a_list_asks_as_often_for_three_rows_as_for_one(staff, unit, client_of):
    client, counts = client_of(staff), []
    client.get(url("list", "units"))
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(url("list", "units"))
        counts.append(len(queries))
        make_unit(staff.congress)
        make_unit(staff.congress)

    assert counts[0] == counts[1]


def test_a_search_finds_by_part_of_a_name(staff, congress, client_of):
    make_delegation(congress, name="东区代表团")
    make_delegation(congress, name="西区代表团")
    make_term(congress)

    page = client_of(staff).get(url("list", "delegations"), {"q": "东"})

    assert [row.name for row, _ in page.context["rows"]] == ["东区代表团"]


def _as_typed(form) -> dict[str, str]:
    """Return what the browser would send back of a form as it was shown."""
    typed = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False and value != "":
            typed[bound.html_name] = value
    return typed
