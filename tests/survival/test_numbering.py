"""Sixteen processes give numbers at once, one try in ten is rolled back: no gap, no double."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from suggestions.models import NumberCounter, Suggestion
from tests.factories.suggestions import case_in_review
from tests.survival.report import report, scaled

WRITERS, EACH = 16, scaled(500)


def cases_in_review(deputy, wanted: int) -> list[int]:
    """Make many cases that wait for their number, as copies of one."""
    first = case_in_review(deputy.deputy, cosigners=[])
    copies = [Suggestion.objects.get(pk=first.pk) for _ in range(wanted)]
    for copy in copies:
        copy.pk = None
        copy._state.adding = True
    made = Suggestion.objects.bulk_create(copies, batch_size=500)
    return [case.pk for case in made]


def start(seed: int, cases: list[int]) -> subprocess.Popen:
    given = {
        "DJANGO_SETTINGS_MODULE": "config.test_settings",
        "TEST_DATA_DIR": str(settings.DATA_DIR),
    }
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.survival.numberer", name, str(seed)]
    return subprocess.Popen(
        [*command, *map(str, cases)], env=os.environ | given, cwd=settings.BASE_DIR
    )


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_leave_no_gap(deputy, session):
    cases, began = cases_in_review(deputy, WRITERS * EACH), time.monotonic()

    writers = [start(n, cases[n::WRITERS]) for n in range(WRITERS)]
    ended = [writer.wait(timeout=600) for writer in writers]

    numbered = Suggestion.objects.filter(number__isnull=False)
    numbers = sorted(numbered.values_list("number", flat=True))
    doubled, last = len(numbers) - len(set(numbers)), NumberCounter.objects.get().last
    report(
        53,
        f"{WRITERS} processes x {EACH} numbers, one try in ten rolled back: doubled {doubled},"
        f" gaps {last - len(set(numbers))}, {time.monotonic() - began:.0f} s",
    )
    assert ended == [0] * WRITERS
    assert numbers == list(range(1, WRITERS * EACH + 1))
    assert last == WRITERS * EACH
