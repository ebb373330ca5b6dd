"""Pages with nothing on them, with far too much, on paper, and for eyes that see other colours."""

import io
import re
import sys

import pytest
from PIL import Image
from playwright.sync_api import Page

from suggestions.attachments import attach
from tests.browser.measures import layout_faults_of
from tests.browser.walk import walk
from tests.factories import NOW
from tests.factories import assignment as receipts
from tests.factories import handling as replies
from tests.factories import suggestions as cases
from tests.factories.files import paper

UNBROKEN = "A" * 60
ENDLESS = "B" * 10_000
LONGEST_NAME = "C" * 251 + ".pdf"
#: A4 less the margins of frontend/scss/_print.scss, in px.
PAPER = {"width": 642, "height": 964}
#: What Chromium can simulate; the last sees grey alone, as a printer does.
EYES = ("protanopia", "deuteranopia", "tritanopia", "achromatopsia")
CONTRAST = 4.5


@pytest.fixture
def overfull(deputy, clerk, unit):
    """A case whose every text is as long as it may be, and cannot be broken at a space."""
    draft = cases.draft_case(
        deputy.deputy, cosigners=[], title=UNBROKEN, situation=ENDLESS, analysis=ENDLESS
    )
    attach(draft, paper(LONGEST_NAME), purpose="suggestion", by=deputy, at=NOW)
    known = cases.registered_case(
        deputy.deputy, title=UNBROKEN, situation=ENDLESS, analysis=ENDLESS, items=(ENDLESS[:2000],)
    )
    receipts.hand_over(known, [(unit, "sole")])
    receipt = receipts.accept(known.assignments.get())
    replies.recorded_talk(receipt, summary=ENDLESS[:2000])
    return known


@pytest.mark.parametrize(
    ("role", "elder"),
    [
        pytest.param("deputy", True, marks=pytest.mark.long),
        pytest.param("deputy", False, marks=pytest.mark.long),
        pytest.param("clerk", False, marks=pytest.mark.long),
        pytest.param("staff", False, marks=pytest.mark.long),
    ],
)
def test_endless_words_stay_on_the_page(request, overfull, client_of, open_page, role, elder):
    persona = request.getfixturevalue(role)
    # What is not linked from elsewhere in few steps is walked from the case itself.
    found = walk(client_of(persona), overfull.get_absolute_url())

    faults = layout_of(found, open_page(persona, "/", width=360, elder=elder))

    assert faults == {}
    assert len(found.pages) > 5


@pytest.mark.long
@pytest.mark.parametrize("role", ["deputy", "clerk", "staff", "system_office", "leader"])
def test_pages_with_nothing_on_them_say_so(request, congress, client_of, open_page, role):
    persona = request.getfixturevalue(role)
    found = walk(client_of(persona))
    page = open_page(persona, "/", width=360)

    faults = layout_of(found, page)
    page.goto("/inbox/")

    sys.stdout.write(
        f"#4.3 {role}: {len(found.pages)} empty pages at 360 px, faults {len(faults)}\n"
    )
    assert faults == {}
    assert found.dead == []
    assert page.locator(".empty-title").count() == 1


def layout_of(found, page: Page) -> dict[str, object]:
    faults = {}
    for address in found.pages.values():
        page.goto(address)
        if fault := layout_faults_of(page):
            faults[address] = fault
    return faults


@pytest.mark.parametrize("place", ["list", "case"])
def test_a_page_goes_on_paper_without_its_navigation(open_page, staff, overfull, place):
    address = "/cases/" if place == "list" else overfull.get_absolute_url()
    page = open_page(staff, address)
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)

    faults = layout_faults_of(page)
    shown = page.locator(".bar, .side, .side-fold, .dock, .foot, .filters, .btn, .skip-link").all()
    printed = page.pdf(prefer_css_page_size=True, print_background=False)

    assert faults == {}
    assert [one.evaluate("one => one.outerHTML") for one in shown if one.is_visible()] == []
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    sys.stdout.write(f"#4.3 {place} on A4: {sheets} sheets, cut text 0\n")
    assert 1 <= sheets <= 20


def test_lamps_can_be_told_apart_on_grey_paper(open_page):
    page = open_page(None, "/ui/?shell=desk")
    page.emulate_media(media="print")

    looks = page.locator(".lamp").evaluate_all(
        "all => all.map((one) => { const look = getComputedStyle(one);"
        " return [one.querySelector('.lamp-shape').textContent, look.color, look.borderTopStyle] })"
    )

    assert {shape for shape, _, _ in looks} == {"●", "▲", "■", "✓", "○"}
    assert {(colour, border) for _, colour, border in looks} == {("rgb(0, 0, 0)", "solid")}


def test_lamps_can_be_told_apart_whatever_colours_one_sees(open_page):
    page = open_page(None, "/ui/?shell=desk")
    wire = page.context.new_cdp_session(page)
    lamps = page.locator("p > .lamp").all()
    states = {
        (one.get_attribute("class").split()[1], one.locator(".lamp-shape").inner_text())
        for one in lamps
    }
    faint = []

    for eyes in EYES:
        wire.send("Emulation.setEmulatedVisionDeficiency", {"type": eyes})
        for lamp in lamps:
            contrast = contrast_of(lamp.screenshot(caret="initial"))
            if contrast < CONTRAST:
                faint.append(f"{eyes} {contrast:.1f} {lamp.inner_text()}")

    sys.stdout.write(f"#4.3 lamps: {len(lamps)} in {len(EYES)} kinds of eyes, faint {len(faint)}\n")
    # Running, near and late ask for three different deeds: three shapes, each with its words.
    shapes = dict(states)
    assert len({shapes["lamp-running"], shapes["lamp-near"], shapes["lamp-late"]}) == 3
    assert faint == []


def contrast_of(picture: bytes) -> float:
    """Return the contrast of the strongest ink with the ground around it (WCAG 1.4.3)."""
    colours = Image.open(io.BytesIO(picture)).convert("RGB").getcolors(maxcolors=100_000)
    light = [(_luminance(colour), count) for count, colour in colours]
    ground = max(light, key=lambda pair: pair[1])[0]
    return max((max(one, ground) + 0.05) / (min(one, ground) + 0.05) for one, _ in light)


def _luminance(colour: tuple[int, ...]) -> float:
    parts = [part / 255 for part in colour]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
