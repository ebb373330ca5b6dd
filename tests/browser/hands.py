"""How a person works a page: with a pointing device, or with keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

#: Fields of a date are three stops of the keyboard in one element.
_STOPS_IN_ONE = 4
_MOST_STOPS = 400


class Hands:
    """Do what a page offers by pointing at it; works without scripts."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def follows(self, words: str) -> None:
        """Follow the first link of the page with these words."""
        self._go(self._link(words))

    def writes(self, name: str, text: str, place: int = 0) -> None:
        self._field(name, place).fill(text)

    def dates(self, name: str, day: str) -> None:
        """Enter a day given as 2026-03-05."""
        self._field(name).fill(day)

    def chooses(self, name: str, label: str) -> None:
        self._field(name).select_option(label=label)

    def ticks(self, name: str, value: str = "") -> None:
        self._box(name, value).check()

    def presses(self, words: str) -> None:
        """Press a button and wait for the page it leads to."""
        self._go(self.page.locator("main").get_by_role("button", name=words, exact=True).first)

    def downloads(self, words: str) -> bytes:
        """Press a button and return the file it gives."""
        with self.page.expect_download() as waiting:
            self._activate(self.page.get_by_role("button", name=words).first)
        return waiting.value.path().read_bytes()

    def reads(self, words: str) -> None:
        self.page.get_by_text(words).first.wait_for()

    def _link(self, words: str) -> Locator:
        return self.page.locator("main").get_by_role("link", name=words).first

    def _field(self, name: str, place: int = 0) -> Locator:
        return self.page.locator(f'[name="{name}"]').nth(place)

    def _box(self, name: str, value: str) -> Locator:
        return self.page.locator(
            f'input[name="{name}"]' + (f'[value="{value}"]' if value else "")
        ).first

    def _go(self, target: Locator) -> None:
        try:
            with self.page.expect_navigation(timeout=20_000):
                self._activate(target)
        except PlaywrightTimeout:
            shown = self.page.locator("main").inner_text()[:1500]
            pytest.fail(f"{target} leads nowhere; the page says:\n{shown}")

    def _activate(self, target: Locator) -> None:
        target.click()


class Keys(Hands):
    """
    Do the same with Tab, arrows, Space and Enter alone.

    Each stop on the way is looked at: the focus shows, is not covered, and moves on.
    """

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.stops = 0
        self.unseen: list[str] = []
        self.traps: list[str] = []

    def writes(self, name: str, text: str, place: int = 0) -> None:
        self._reach(self._field(name, place))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def dates(self, name: str, day: str) -> None:
        self._reach(self._field(name))
        year, month, date = day.split("-")
        # Which part comes first is up to the language of the browser.
        for parts in ((year, month, date), (month, date, year)):
            self.page.keyboard.press("ArrowLeft")
            self.page.keyboard.press("ArrowLeft")
            for part in parts:
                self.page.keyboard.type(part)
                if part is year:
                    self.page.keyboard.press("ArrowRight")
            if self._field(name).input_value() == day:
                return
        pytest.fail(f"{name} holds {self._field(name).input_value()}, not {day}")

    def chooses(self, name: str, label: str) -> None:
        field = self._field(name)
        self._reach(field)
        for _ in range(field.locator("option").count()):
            chosen = field.evaluate("field => field.selectedOptions[0]?.label.trim()")
            if chosen == label:
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"no choice {label} in {name}")

    def ticks(self, name: str, value: str = "") -> None:
        box = self._box(name, value)
        if box.get_attribute("type") == "checkbox":
            self._reach(box)
            self.page.keyboard.press("Space")
            assert box.is_checked()
            return
        self._reach(self.page.locator(f'input[name="{name}"]'), any_of=True)
        self.page.keyboard.press("Space")
        for _ in range(self.page.locator(f'input[name="{name}"]').count()):
            if box.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"no choice {value} in {name}")

    def _activate(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Enter")

    def _reach(self, target: Locator, *, any_of: bool = False) -> None:
        """Press Tab until the focus is there, once around the page at most."""
        wanted = target.element_handles() if any_of else [target.element_handle(timeout=5_000)]
        at_one = 0
        for _ in range(_MOST_STOPS):
            if any(
                self.page.evaluate("one => one === document.activeElement", one) for one in wanted
            ):
                return
            self.page.keyboard.press("Tab")
            self.stops += 1
            stop = self.page.evaluate(_LOOK)
            at_one = at_one + 1 if stop["same"] else 0
            if at_one > _STOPS_IN_ONE:
                self.traps.append(f"{self.page.url}: {stop['name']}")
                break
            if stop["fault"]:
                self.unseen.append(f"{self.page.url}: {stop['fault']} {stop['name']}")
        pytest.fail(f"{target} on {self.page.url} cannot be reached by Tab; traps: {self.traps}")


# Where the focus is now, whether it moved, and whether a person could see it.
_LOOK = """() => {
  const now = document.activeElement;
  const same = window.lastStop === now && now !== document.body;
  window.lastStop = now;
  if (!now || now === document.body) return { same: false, fault: '', name: 'page' };
  const name = now.outerHTML.replace(/\\s+/g, ' ').slice(0, 100);
  const marked = (element) => {
    const look = getComputedStyle(element);
    return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
  };
  if (!marked(now) && !(now.closest('label') && marked(now.closest('label')))) {
    return { same, fault: 'no mark', name };
  }
  const box = now.getBoundingClientRect();
  const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].map(([x, y]) =>
    [box.left + box.width * x, box.top + box.height * y]);
  const seen = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (now.contains(top) || top.contains(now));
  });
  return { same, fault: seen ? '' : 'covered', name };
}"""
