/* What every page must hold, measured in the browser; tests/browser/measures.py says the limits. */
"use strict";
window.measures = (() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const ownText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const style = (element) => getComputedStyle(element);
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  // For screen readers alone: a box of one pixel, or a link that appears with the focus.
  const heardOnly = (element) => {
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (one.matches(".visually-hidden, .skip-link")) return true;
      if (style(one).position === "absolute" && one.offsetWidth <= 1 && one.offsetHeight <= 1) return true;
    }
    return false;
  };

  // A link inside a sentence is exempt (WCAG 2.5.8); a field is as large as its label.
  const inSentence = (element) => element.tagName === "A" && style(element).display === "inline"
    && [...element.parentElement.childNodes].some(
      (node) => node.nodeType === 3 && node.textContent.trim().length > 1);
  const small = (selector, least) => all(selector)
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && box.height > 0 && !element.closest(".visually-hidden, .skip-link");
    })
    .filter((element) => !inSentence(element))
    .map((element) => [element, (element.closest("label") || element).getBoundingClientRect()])
    .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
    .map(([element, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${name(element)}`);

  const tiny = (least) => all("body *").filter((element) =>
    shown(element) && !element.closest("option, .visually-hidden") && ownText(element)
    && parseFloat(style(element).fontSize) < least).map(name);

  const slanted = () =>
    all("body *").filter((element) => style(element).fontStyle !== "normal").map(name);

  const sideways = () => Math.max(0, document.documentElement.scrollWidth - innerWidth);

  // Text that its own box, the edge of a box around it or the window cuts off. What scrolls is not cut.
  const hides = (value) => value === "hidden" || value === "clip";
  const scrolls = (element) => {
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (/auto|scroll/.test(style(one).overflowX)) return true;
    }
    return false;
  };
  // The nearest box whose edge a reader sees.
  const frameOf = (element) => {
    for (let one = element; one !== document.body; one = one.parentElement) {
      const look = style(one);
      if (look.display !== "inline" && parseFloat(look.borderRightWidth) > 0) return one;
      if (look.position === "absolute" || look.position === "fixed") return one;
    }
    return document.body;
  };
  const FIELDS = "input, select, textarea, option, progress, svg, svg *, [role=img] *";
  function cut() {
    const found = [];
    for (const element of all("body *")) {
      if (element.matches(FIELDS) || !shown(element) || heardOnly(element)) continue;
      if (!element.textContent.trim()) continue;
      const look = style(element);
      const wide = element.scrollWidth > element.clientWidth + 1;
      const tall = element.scrollHeight > element.clientHeight + 4;
      if (element.clientWidth && ((hides(look.overflowX) && wide) || (hides(look.overflowY) && tall))) {
        found.push(`hidden: ${name(element)}`);
      } else if (ownText(element)) {
        const range = document.createRange();
        const edge = frameOf(element).getBoundingClientRect();
        const beyond = [...element.childNodes].some((node) => {
          if (node.nodeType !== 3 || !node.textContent.trim()) return false;
          range.selectNodeContents(node);
          const box = range.getBoundingClientRect();
          return box.width && (box.right > edge.right + 2 || box.left < edge.left - 2
            || box.right > innerWidth + 1 || box.left < -1);
        });
        if (beyond && !scrolls(element)) found.push(`beyond the edge: ${name(element)}`);
      }
    }
    return found;
  }

  // What readers may set for themselves (WCAG 1.4.12). A style sheet made by script is no inline style.
  const SPACING = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-bottom: 2em !important; }`;
  function space(isOn) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SPACING);
    document.adoptedStyleSheets = isOn ? [sheet] : [];
  }

  // Begun and fetched apart, so that two pages can be measured at the same time.
  let running = null;
  function beginAxe(tags) {
    scrollTo(0, 0);
    running = axe.run(document, {
      runOnly: { type: "tag", values: tags }, resultTypes: ["violations", "incomplete"], preload: false,
    });
    running.catch(() => {});
  }
  async function endAxe() {
    const result = await running;
    const why = (node) => [...node.any, ...node.all, ...node.none]
      .map((check) => (check.data && check.data.messageKey) || "").find(Boolean) || "";
    const lines = (rules) => rules.flatMap((rule) => rule.nodes.map((node) =>
      `${rule.id} ${why(node)}: ${node.html.replace(/\s+/g, " ").slice(0, 160)}`));
    return { violations: lines(result.violations), incomplete: lines(result.incomplete) };
  }

  return { small, tiny, slanted, sideways, cut, space, beginAxe, endAxe };
})();
