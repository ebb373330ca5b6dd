"""The twelve tasks with keys alone, and with scripts switched off."""

import sys
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.browser.hands import Hands, Keys
from tests.browser.tasks import TASKS
from tests.factories import congress as bodies


@pytest.fixture
def people(
    congress, term, category, deputy, cosigner, secretary, staff, clerk, unit_head, unit
) -> dict[str, Any]:
    """Everybody whom a task needs, on a day on which the congress sits."""
    today = timezone.localdate()
    bodies.make_session(
        congress,
        term,
        number=3,
        opens_on=today - timedelta(days=1),
        closes_on=today + timedelta(days=2),
    )
    return {
        "deputy": deputy,
        "cosigner": cosigner,
        "secretary": secretary,
        "staff": staff,
        "clerk": clerk,
        "unit_head": unit_head,
        "unit": unit,
    }


@pytest.mark.long
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.__name__)
def test_a_task_is_done_with_keys_alone(people, open_page, task):
    used: list[Keys] = []

    def at(persona: Any, address: str) -> Hands:
        used.append(Keys(open_page(persona, address)))
        return used[-1]

    assert task(at, **people)

    stops = sum(keys.stops for keys in used)
    unseen = [fault for keys in used for fault in keys.unseen]
    sys.stdout.write(
        f"#4.6 keys only, {task.__name__}: {stops} stops, focus seen at {stops - len(unseen)},"
        f" traps {sum(len(keys.traps) for keys in used)}\n"
    )
    assert unseen == []


@pytest.mark.long
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.__name__)
def test_a_task_is_done_without_scripts(people, open_page, task):
    def at(persona: Any, address: str) -> Hands:
        return Hands(open_page(persona, address, width=360, script=False))

    assert task(at, **people)

    sys.stdout.write(f"#4.6 without scripts, {task.__name__}: done\n")
