"""What every page must hold, measured in the browser: axe, targets, width, size of type."""

from pathlib import Path

from playwright.sync_api import Page

_HERE = Path(__file__).parent
_SCRIPT = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (_HERE / "vendor" / "axe.min.js", _HERE / "measures.js")
)
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: Quality goals: targets of 44 px everywhere on a phone, 60 px for the main actions of 长辈版.
TARGET, ELDER_TARGET = 44, 60
_CONTROLS = "a[href], button, summary, select, textarea, input:not([type=hidden])"
_MAIN_ACTIONS = ".btn, .dock a, .choice, .bar-elder button, .field input, .field select"
SMALLEST_TYPE = 14
#: A window of 1366 x 768 at 200 %, and one of 1280 x 1024 at 400 %.
ZOOMED = {"200 %": (683, 384), "400 %": (320, 256)}

Faults = dict[str, list[str] | int]


def faults_of(page: Page) -> Faults:
    """Measure all of it for the page's width and mode; a sound page returns {}."""
    begin(page)
    return finish(page)[0]


def begin(page: Page) -> None:
    """Let axe-core begin with a page; another page may be opened meanwhile."""
    if not page.evaluate("Boolean(window.measures)"):
        page.evaluate(_SCRIPT)
    page.evaluate("tags => measures.beginAxe(tags)", _TAGS)


def finish(page: Page) -> tuple[Faults, list[str]]:
    """Return the faults of a page, and what axe-core leaves to a person's judgement."""
    on_phone = page.viewport_size is not None and page.viewport_size["width"] <= 768
    found = page.evaluate(
        """async ([controls, target, mainActions, elderTarget, type, onPhone]) => {
          const axe = await measures.endAxe();
          const elder = document.documentElement.classList.contains('elder');
          return {
            incomplete: axe.incomplete,
            faults: {
              'axe': axe.violations,
              'tiny text': measures.tiny(type),
              'slanted text': measures.slanted(),
              'sideways': measures.sideways(),
              'cut text': measures.cut(),
              'small targets': onPhone ? measures.small(controls, target) : [],
              'small main actions': elder ? measures.small(mainActions, elderTarget) : [],
            },
          };
        }""",
        [_CONTROLS, TARGET, _MAIN_ACTIONS, ELDER_TARGET, SMALLEST_TYPE, on_phone],
    )
    return {name: fault for name, fault in found["faults"].items() if fault}, found["incomplete"]


def layout_faults_of(page: Page) -> Faults:
    """Measure only what does not fit: a page wider than its window, text that is cut off."""
    if not page.evaluate("Boolean(window.measures)"):
        page.evaluate(_SCRIPT)
    sideways, cut = _spread(page)
    found: Faults = {"sideways": sideways, "cut text": cut}
    return {name: fault for name, fault in found.items() if fault}


def reflow_faults_of(page: Page) -> Faults:
    """Measure what zooming in and wider spacing of text do to a page; leaves it as it was."""
    if not page.evaluate("Boolean(window.measures)"):
        page.evaluate(_SCRIPT)
    before, found = page.viewport_size, {}
    assert before is not None
    for zoom, (width, height) in ZOOMED.items():
        page.set_viewport_size({"width": width, "height": height})
        found[f"sideways at {zoom}"], found[f"cut text at {zoom}"] = _spread(page)
    page.set_viewport_size(before)
    page.evaluate("measures.space(true)")
    found["sideways when spaced"], found["cut text when spaced"] = _spread(page)
    page.evaluate("measures.space(false)")
    return {name: fault for name, fault in found.items() if fault}


def _spread(page: Page) -> tuple[int, list[str]]:
    # Two frames: a style that has just changed is laid out in the next.
    found: tuple[int, list[str]] = page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() =>"
        " requestAnimationFrame(() => done([measures.sideways(), measures.cut()]))))"
    )
    return found
