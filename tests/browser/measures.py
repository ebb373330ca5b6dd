"""What every page must hold, measured in the browser: axe, targets, width, size of type."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).with_name("vendor").joinpath("axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: Quality goals: targets of 44 px everywhere on a phone, 60 px for the main actions of 长辈版.
TARGET, ELDER_TARGET = 44, 60
MAIN_ACTIONS = ".btn, .dock a, .choice, .bar-elder button, .field input, .field select"

_AXE = """async (tags) => {
  const result = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
  return result.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)}`));
}"""

# A link inside a sentence is exempt (WCAG 2.5.8); a field is as large as its label.
_SMALL = """([selector, least]) => {
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && !element.closest('.visually-hidden, .skip-link');
  };
  const inSentence = (element) => element.tagName === 'A'
    && getComputedStyle(element).display === 'inline'
    && [...element.parentElement.childNodes].some(
      (node) => node.nodeType === 3 && node.textContent.trim().length > 1);
  return [...document.querySelectorAll(selector)].filter(seen).filter((e) => !inSentence(e))
    .map((element) => [element, (element.closest('label') || element).getBoundingClientRect()])
    .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
    .map(([element, box]) =>
      `${Math.round(box.width)}x${Math.round(box.height)} ${element.outerHTML.slice(0, 120)}`);
}"""
_CONTROLS = "a[href], button, summary, select, textarea, input:not([type=hidden])"

_TINY = """() => [...document.querySelectorAll('body *')].filter((element) =>
    element.checkVisibility() && !element.closest('option, .visually-hidden')
    && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
    && parseFloat(getComputedStyle(element).fontSize) < 14)
  .map((element) => element.outerHTML.slice(0, 120))"""

_SLANTED = """() => [...document.querySelectorAll('body *')]
  .filter((element) => getComputedStyle(element).fontStyle !== 'normal')
  .map((element) => element.outerHTML.slice(0, 120))"""


def axe(page: Page) -> list[str]:
    """Run axe-core and return a line for each violation."""
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(AXE)
    return page.evaluate(_AXE, TAGS)


def small_targets(page: Page, least: int = TARGET, among: str = _CONTROLS) -> list[str]:
    """List what is harder to hit than a square of so many pixels."""
    return page.evaluate(_SMALL, [among, least])


def tiny_text(page: Page) -> list[str]:
    """List elements with text below 14 px."""
    return page.evaluate(_TINY)


def slanted_text(page: Page) -> list[str]:
    """List elements in italics."""
    return page.evaluate(_SLANTED)


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def faults_of(page: Page) -> dict[str, list[str] | int]:
    """Measure all of it for the page's width and mode; a sound page returns {}."""
    elder = page.evaluate("document.documentElement.classList.contains('elder')")
    on_phone = page.viewport_size is not None and page.viewport_size["width"] <= 768
    found: dict[str, list[str] | int] = {
        "axe": axe(page),
        "tiny text": tiny_text(page),
        "slanted text": slanted_text(page),
        "sideways": max(0, sideways(page)),
        "small targets": small_targets(page) if on_phone else [],
        "small main actions": small_targets(page, ELDER_TARGET, MAIN_ACTIONS) if elder else [],
    }
    return {name: fault for name, fault in found.items() if fault}
