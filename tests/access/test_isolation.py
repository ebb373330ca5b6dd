"""
What belongs to others does not exist: every object carries a word that nobody else reads.

Two deputies with their units in one congress and a third in another, each with cases in all stages
and an object for every address; everybody asks for everything of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from config.database import as_owner
from suggestions.models import Attachment, Suggestion
from suggestions.stages import Stage
from tests.access.asking import address, ask, body_of, browsers, signs_of
from tests.access.matrix import DEEDS, MATRIX
from tests.access.people import OF_ONE_BODY, people_of_another_congress, private_people
from tests.access.world import build
from tests.factories import suggestions as cases

APPS = (
    "suggestions", "assignment", "handling", "supervision", "evaluation", "notices", "ledgers",
)  # fmt: skip
#: Not the words of people: addresses, digests, codes the program goes by.
NO_WORDS = {"link", "key", "sha256", "content_type", "action", "file", "query", "address"}
#: These take no key of a case, or nothing but the reader's own.
KEYLESS = {"roster_list", "roster_add"}
MARK = "雀"


@dataclass
class World:
    """The objects of one deputy and one unit, and everybody to whom they do not exist."""

    name: str
    people: dict[str, Any]
    arguments: dict[str, list[Any]]
    rows: dict[type[models.Model], tuple[int, int]]
    strangers: dict[str, Any] = field(default_factory=dict)

    def ids(self, model: type[models.Model]) -> list[int]:
        first, last = self.rows[model]
        found = model.objects.filter(pk__gt=first, pk__lte=last)
        return list(found.order_by("pk").values_list("pk", flat=True))


def kinds() -> list[type[models.Model]]:
    """List the tables whose rows people write."""
    return [
        model
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        if isinstance(model._meta.pk, models.AutoField) and words_of(model)
    ]


def words_of(model: type[models.Model]) -> list[models.Field]:
    return [
        each
        for each in model._meta.concrete_fields
        if isinstance(each, models.CharField | models.TextField)
        and not each.choices
        and not each.unique
        and each.name not in NO_WORDS
        and (each.max_length or 999) >= 40
    ]


def last_keys() -> dict[type[models.Model], int]:
    return {
        model: model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0
        for model in kinds()
    }


def make_world(name: str, people: dict[str, Any]) -> World:
    before = last_keys()
    unit, other_unit = people["clerk"].unit, people["other_clerk"].unit
    arguments = build(people, unit, other_unit)
    for stage in Stage:
        cases.case_in(stage, people["deputy"].deputy)
    after = last_keys()
    rows = {model: (before[model], after[model]) for model in before}
    return World(name, people, arguments, rows)


def plant(worlds: list[World]) -> int:
    """Put a word of its own into every text of every object, past what guards them."""
    planted = 0
    with as_owner() as owner, owner.cursor() as cursor:
        for model in kinds():
            table = model._meta.db_table
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            for world in worlds:
                first, last = world.rows[model]
                for each in words_of(model):
                    word = f"'{MARK}{world.name}-{table}-' || id || '{MARK}'"
                    column, room = each.column, each.max_length or 100_000
                    cursor.execute(
                        f'UPDATE "{table}" SET "{column}" = left({word} || "{column}", {room}) '
                        f'WHERE id > %s AND id <= %s AND "{column}" <> %s',
                        [first, last, ""],
                    )
                    planted += cursor.rowcount
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    return planted


@pytest.fixture
def worlds(request, unit, other_unit, other_congress, system, term) -> list[World]:
    here = {
        name: request.getfixturevalue(name)
        for name in (
            *OF_ONE_BODY, "staff", "director", "session_staff", "system_office",
            "committee_member", "leader", "leading_official",
        )
    }  # fmt: skip
    beside = here | private_people(here["staff"].congress, term, system, "乙")
    there = people_of_another_congress(other_congress, "丙")
    made = [make_world("A", here), make_world("B", beside), make_world("C", there)]
    of_one = {name: [world.people[name] for world in made] for name in OF_ONE_BODY}
    for place, world in enumerate(made):
        for name, each in of_one.items():
            for other, person in enumerate(each):
                # The one beside it in the same hall; for the second hall, the first.
                if other == (0 if place else 1):
                    world.strangers[f"{name} {made[other].name}"] = person
        other_hall = made[0] if place == 2 else made[2]
        for name in set(here) - set(OF_ONE_BODY):
            world.strangers[f"{name} {other_hall.name}"] = other_hall.people[name]
    return made


def requests_for(world: World) -> Iterator[tuple[str, str, str]]:
    """Yield how each object of a world is asked for."""
    for name, arguments in world.arguments.items():
        if name in KEYLESS or not arguments:
            continue
        yield name, "post" if name in DEEDS else "get", address(name, world.arguments)
    for pk in world.ids(Suggestion):
        yield "desk:case", "get", reverse("desk:case", args=[pk])
    for pk in world.ids(Attachment):
        yield "suggestions:attachment", "get", reverse("suggestions:attachment", args=[pk])


def own_pages(world: World) -> Iterator[str]:
    """Yield the pages that everybody asks for without a key: lists, inboxes, search, figures."""
    for name in MATRIX:
        if name not in world.arguments and "M" not in MATRIX[name] and name != "account_logout":
            yield reverse(name)
    yield reverse("desk:cases") + f"?q={MARK}"


def refused(name: str, role: str, answer: Any) -> bool:
    """Test if an object that is not theirs was refused as if it did not exist."""
    if name == "desk:open_alert":
        return answer.status_code == 302 and answer["Location"] == reverse("desk:alerts")
    sign = signs_of(name)[role]
    # A role that may not even for its own is told so before anything is looked up.
    return answer.status_code == 404 or (sign in "x>M" and answer.status_code in {302, 403, 405})


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_nobody_learns_anything_of_what_belongs_to_others(worlds, client_of):
    planted = plant(worlds)
    pairs, answered, leaks = 0, [], []
    for world in worlds:
        word = f"{MARK}{world.name}-".encode()
        own = reverse("desk:case", args=world.arguments["desk:case"])
        assert word in body_of(ask(client_of(world.people["deputy"]), "get", own))
        for who, client in browsers(world.strangers, client_of).items():
            role = who.split()[0]
            if role == "anonymous":
                continue
            for name, method, url in requests_for(world):
                answer = ask(client, method, url)
                pairs += 1
                if not refused(name, role, answer):
                    answered.append((world.name, who, name, answer.status_code))
                if word in body_of(answer):
                    leaks.append((world.name, who, name))
            for url in own_pages(world):
                pairs += 1
                if word in body_of(ask(client, "get", url)):
                    leaks.append((world.name, who, url))

    print(  # noqa: T201 -- the figure to report
        f"#10 {planted} texts marked in 3 worlds, {pairs} crossed requests: leaks {len(leaks)}, "
        f"answered where there should be nothing {len(answered)}"
    )
    assert leaks == []
    assert answered == []


@pytest.mark.long
@pytest.mark.django_db
class TestFiles:
    """A file comes through the view that asks who wants it, and by no other way."""

    def paths(self, kept: Attachment) -> list[str]:
        name = kept.file.name
        return [
            *(f"/{root}/{name}" for root in ("files", "media", "static", "uploads", "var/files")),
            f"/static/../files/{name}", f"/static/%2e%2e/files/{name}", f"/{name}",
        ]  # fmt: skip

    def test_no_stranger_no_guess_no_range_and_no_path_gets_one(
        self, request, deputy, client_of, unit, other_unit, third_unit
    ):
        names = (
            "other_deputy", "other_secretary", "other_staff", "other_system_office", "outsider",
            "other_committee_member", "system_admin", "security_admin", "auditor",
        )  # fmt: skip
        strangers = {name: request.getfixturevalue(name) for name in names}
        people = {
            name: request.getfixturevalue(name)
            for name in (*OF_ONE_BODY, "staff", "leading_official", "committee_member")
        }
        build(people, unit, other_unit)
        files = list(Attachment.objects.all())
        contents = {}
        for kept in files:
            with kept.file.open("rb") as stored:
                contents[kept.pk] = stored.read()
        owner = client_of(deputy)
        opened = [
            kept.pk
            for kept in files
            if body_of(ask(owner, "get", reverse("suggestions:attachment", args=[kept.pk])))
            == contents[kept.pk]
        ]
        assert opened

        tried, leaks = 0, []
        for who, client in browsers(strangers, client_of).items():
            guesses = [max(contents) + n for n in range(1, 6)]
            for pk in [*contents, *guesses]:
                url = reverse("suggestions:attachment", args=[pk])
                for headers in (
                    {},
                    {"Range": "bytes=0-10"},
                    {"If-Range": "x", "Range": "bytes=-5"},
                ):
                    for method in ("get", "head"):
                        answer = ask(client, method, url, headers=headers)
                        tried += 1
                        closed = {302} if who == "anonymous" else {404}
                        if answer.status_code not in closed:
                            leaks.append((who, pk, method, answer.status_code))
            for kept in files:
                for path in self.paths(kept):
                    answer = ask(client, "get", path)
                    tried += 1
                    if contents[kept.pk][:20] in body_of(answer) or answer.status_code == 200:
                        leaks.append((who, path, answer.status_code))

        print(  # noqa: T201 -- the figure to report
            f"#15 {len(files)} files × {len(strangers) + 1} roles, {tried} tries by key, guess, "
            f"range and path: leaks {len(leaks)}"
        )
        assert leaks == []
