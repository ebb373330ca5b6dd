"""
Every page that a person can reach, walked from the first one, on a phone and at a desk.

The walk follows the links of the pages themselves, so a new page is measured as soon as another
leads to it; what no link leads to is not a page.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.browser.measures import begin, finish, reflow_faults_of
from tests.browser.walk import walk

#: Who is walked with at which width, in which mode: pairs of all, not all triples.
PHONE, ELDER, WIDE = (360, False), (360, True), (1366, False)
LOOKS = [(width, elder) for width in (360, 768, 1366) for elder in (False, True)]
ROLES = [
    "deputy",
    "cosigner",
    "secretary",
    "session_staff",
    "staff",
    "director",
    "system_office",
    "clerk",
    "unit_head",
    "committee_member",
    "leader",
    "leading_official",
    "system_admin",
    "security_admin",
    "auditor",
]
#: One of each kind of reader: what 400 % and wider spacing do is tried on each of their pages.
ZOOMING = ["deputy", "clerk", "staff", "director"]
#: What axe-core cannot decide, and why a person found it in order. Contrast is that of the tokens
#: (frontend/scss/_tokens.scss): all inks have at least 4.5 to 1 on all papers.
REVIEWED = {
    "color-contrast nonBmp": "shapes of lamps and stages, hidden from readers, beside their words",
    "color-contrast bgImage": "lists with our own arrow, ink on paper",
    "color-contrast pseudoContent": "titles on the line of a timeline, ink on paper",
    "color-contrast imgNode": "numbers in charts, ink on paper, and in the table beside them",
    "color-contrast bgOverlap": "legends of charts, ink on paper",
    "color-contrast shortTextContent": "numbers of one digit in charts",
    "color-contrast emptyValue": "search fields in which nothing stands yet",
}


class Tally:
    """What the walk has measured so far."""

    def __init__(self) -> None:
        self.runs = self.violations = 0
        self.incomplete: Counter[str] = Counter()


@pytest.fixture(scope="module")
def tally() -> Iterator[Tally]:
    """Count over all roles; the last line tells the sum."""
    counted = Tally()
    yield counted
    if counted.runs:
        left = ", ".join(f"{rule} {times}" for rule, times in sorted(counted.incomplete.items()))
        _say(
            f"#4.6 axe runs {counted.runs}, violations {counted.violations};"
            f" left to judgement and reviewed: {left or 'nothing'}"
        )


@pytest.mark.parametrize(
    ("role", "look"),
    [
        # Every role in every look is walked by the long run below.
        ("deputy", ELDER),
        ("clerk", PHONE),
        ("staff", WIDE),
        ("leading_official", ELDER),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]}{'e' * value[1]}",
)
def test_every_page_in_reach_is_sound(request, world, client_of, open_page, role, look):
    persona = request.getfixturevalue(role)
    found = walk(client_of(persona))

    faults = faults_on(found, persona, look, open_page, Tally())

    assert found.dead == []
    assert faults == {}
    assert len(found.pages) > 1


def faults_on(found, persona, look, open_page, tally):
    """Measure each page, two at a time: while one is measured the other is opened."""
    width, elder = look
    first = open_page(persona, "/", width=width, elder=elder)
    tabs, under_way, faults = [first, first.context.new_page()], {}, {}

    def take(tab):
        address = under_way.pop(tab)
        fault, incomplete = finish(tab)
        tally.runs += 1
        tally.violations += len(fault.get("axe", ()))
        kinds = {line: line.partition(":")[0].strip() for line in incomplete}
        tally.incomplete.update(kinds.values())
        if unseen := [line for line, kind in kinds.items() if kind not in REVIEWED]:
            fault = {**fault, "not reviewed": unseen}
        if fault:
            faults[address] = fault

    for place, address in enumerate(found.pages.values()):
        tab = tabs[place % 2]
        if tab in under_way:
            take(tab)
        tab.goto(address)
        begin(tab)
        under_way[tab] = address
    for tab in list(under_way):
        take(tab)
    first.context.close()
    return faults


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_every_page_in_reach_is_sound_in_every_look(
    request, world, client_of, open_page, role, tally
):
    persona = request.getfixturevalue(role)
    found = walk(client_of(persona))
    faults = {}

    for look in LOOKS:
        began, runs = time.monotonic(), tally.runs
        faults[look] = faults_on(found, persona, look, open_page, tally)
        _say(
            f"{role} {look[0]} px{' 长辈版' * look[1]}: {len(found.pages)} pages,"
            f" axe runs {tally.runs - runs}, {time.monotonic() - began:.0f} s"
        )

    assert found.dead == []
    assert {look: found for look, found in faults.items() if found} == {}


@pytest.mark.long
@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
@pytest.mark.parametrize("role", ZOOMING)
def test_zooming_in_and_wider_spacing_cut_nothing_off(
    request, world, client_of, open_page, role, elder
):
    persona = request.getfixturevalue(role)
    found = walk(client_of(persona))
    page, faults = open_page(persona, "/", width=1366, elder=elder), {}

    for address in found.pages.values():
        page.goto(address)
        if fault := reflow_faults_of(page):
            faults[address] = fault

    _say(
        f"#4.6 {role}{' 长辈版' * elder}: {len(found.pages)} pages at 200 %, 400 % and spaced,"
        f" sideways or cut on {len(faults)}"
    )
    assert faults == {}


def test_strangers_find_the_entrance_and_nothing_broken(db, client, open_page, sound):
    found = walk(client)
    page = open_page(None, "/", width=360)

    for address in found.pages.values():
        page.goto(address)
        sound(page)

    assert found.dead == []


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
