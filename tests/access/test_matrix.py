"""
Every address × every persona: who is let in, who is told no, for whom it does not exist.

An address missing from the table fails; so does an answer that is not the one written.
"""

from __future__ import annotations

from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.access.matrix import MATRIX, PERSONAS, POSTED, SIGNS
from tests.access.world import build


class Undo(Exception):
    """Takes back what a request wrote."""


def every_url_name(resolver, namespace=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = ":".join(filter(None, [namespace, entry.namespace]))
            yield from every_url_name(entry, inner)
        else:
            yield f"{namespace}:{entry.name}" if namespace else entry.name


def test_no_address_is_forgotten():
    assert set(every_url_name(get_resolver())) == set(MATRIX)


def answer(client, name, args):
    """Ask once, and take back whatever was written."""
    url = reverse(name, args=args)
    status, cookies = 0, client.cookies.copy()
    try:
        with transaction.atomic():
            response = client.post(url) if name in POSTED else client.get(url)
            status = response.status_code
            if response.streaming:
                # To its end, as a browser does: the file behind it is closed then.
                response.getvalue()
            raise Undo
    except Undo:
        # Signing out is taken back with the rest; the browser's cookie has to be put back too.
        client.cookies = cookies
        return status


def test_every_address_answers_everybody_as_the_table_says(request, client_of, unit, other_unit):
    people = {name: request.getfixturevalue(name) for name in PERSONAS if name != "anonymous"}
    arguments = build(people, unit, other_unit)
    clients = [Client() if name == "anonymous" else client_of(people[name]) for name in PERSONAS]

    answers = {
        name: "".join(SIGNS[answer(client, name, arguments.get(name, []))] for client in clients)
        for name in MATRIX
    }

    assert answers == MATRIX
