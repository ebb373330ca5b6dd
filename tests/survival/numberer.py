"""A writer in a process of its own that numbers cases: ``numberer.py DATABASE SEED CASE…``."""

# ruff: noqa: E402 - models can be imported only after setup()

import random
import sys

import django

django.setup()

from django.db import transaction

from suggestions.services.numbering import give_number
from suggestions.workflow import lock_case
from tests.database import use_database
from tests.factories import NOW, TODAY


class GaveUp(Exception):
    """Something fails after the number was given."""


def number(case_id: int, *, gives_up: bool) -> None:
    with transaction.atomic():
        case = lock_case(case_id)
        give_number(case, at=NOW)
        case.registered_on = TODAY
        case.save()
        if gives_up:
            raise GaveUp


if __name__ == "__main__":
    name, seed, *cases = sys.argv[1:]
    use_database(name)
    rng = random.Random(int(seed))
    for case_id in map(int, cases):
        while True:
            try:
                number(case_id, gives_up=rng.random() < 0.1)
            except GaveUp:
                continue
            break
