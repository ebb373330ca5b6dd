"""The pages of hand-over and supervision in a real browser: legible, reachable, in both widths."""

import os

import pytest
from django.utils import timezone

from supervision.services.reminders import remind
from tests.factories.assignment import (
    case_to_assign,
    handed_over_case,
    offered_assignment,
)
from tests.factories.supervision import urged

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [360, 1366]


@pytest.fixture
def look(open_page, sound):
    """Return ``look(persona, url)``: open a page in both widths and assert that it is sound."""

    def looked(persona, url: str) -> None:
        for width in WIDTHS:
            page = open_page(persona, url, width=width)
            if folder := os.environ.get("SHOTS"):
                name = url.strip("/").replace("/", "-").split("?")[0]
                page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
            sound(page)

    return looked


@pytest.fixture
def now():
    return timezone.now()


def test_the_desk_of_those_who_assign(look, unit, third_unit, staff, deputy, now):
    handed_over_case(unit, title="关于增设居民小区充电桩的建议", at=now)
    case = case_to_assign(unit.congress, deputy.deputy, title="关于居民小区充电桩建设的建议")
    case.wished_units.add(third_unit)
    case_to_assign(unit.congress)

    look(staff, f"/assignment/batch/?focus={case.pk}")


def test_the_page_of_supervision(look, unit, other_unit, staff, clerk, unit_head, other_clerk):
    case = handed_over_case(unit, other_unit, roles=["lead", "support"])
    urged(case.assignments.get(unit=unit), by=staff)
    remind(on=timezone.localdate(), at=timezone.now())

    look(staff, "/supervision/")


def test_a_clerk_ticks_and_signs(open_page, unit, clerk, now):
    for _ in range(2):
        offered_assignment(unit, at=now)
    page = open_page(clerk, "/assignment/receipts/")

    for box in page.locator("input[name=ids]").all():
        box.check()
    page.get_by_role("button", name="签收选中的承办件").click()

    page.get_by_text("已签收2件。").wait_for()


def test_staff_pick_a_case_on_the_left_and_press_once_on_the_right(open_page, unit, staff, now):
    first, second = case_to_assign(unit.congress), case_to_assign(unit.congress)
    second.wished_units.add(unit)
    page = open_page(staff, f"/assignment/batch/?focus={first.pk}")

    page.locator("table a").nth(-1).click()
    page.get_by_role("button", name="独办，直接交办").first.click()

    page.get_by_text(f"已交办{unit}（独办）").wait_for()
    assert second.assignments.get().unit == unit
