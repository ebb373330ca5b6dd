"""Asking every address as everybody, and taking back whatever was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.access.matrix import MATRIX, PERSONAS

#: What a page of allauth's answers to a method it does not know differs from ours.
THEIRS = ("account_", "mfa_")


class Undo(Exception):
    """Takes back what a request wrote."""


def signs_of(name: str) -> dict[str, str]:
    """Return the sign of each persona at an address."""
    return dict(zip(PERSONAS, MATRIX[name], strict=True))


def browsers(
    people: dict[str, Any], client_of: Callable[..., Client], **options: Any
) -> dict[str, Client]:
    """Return a signed-in browser for each persona, and one for nobody."""
    found = {"anonymous": Client(**options)}
    for name, person in people.items():
        client = client_of(person)
        client.handler.enforce_csrf_checks = options.get("enforce_csrf_checks", False)
        found[name] = client
    return found


def address(name: str, arguments: dict[str, list[Any]]) -> str:
    return reverse(name, args=arguments.get(name, []))


def addresses(arguments: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """Yield the name and the path of every address."""
    for name in MATRIX:
        try:
            yield name, address(name, arguments)
        except NoReverseMatch as error:
            raise AssertionError(f"{name} has no object in tests/access/world.py") from error


def ask(client: Client, method: str, url: str, *args: Any, **options: Any) -> HttpResponse:
    """Ask once, read the answer to its end, and take back whatever was written."""
    cookies = client.cookies.copy()
    answers = []
    try:
        with transaction.atomic():
            answers.append(getattr(client, method)(url, *args, **options))
            body_of(answers[0])
            raise Undo
    except Undo:
        client.cookies = cookies
        return answers[0]


def body_of(answer: HttpResponse) -> bytes:
    """Read an answer to its end, as a browser does: the file behind it is closed then."""
    if not hasattr(answer, "read_body"):
        answer.read_body = answer.getvalue()
    return answer.read_body
