/* What pages do beyond plain HTML. Everything here only eases a page that works without it. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (type, handler, target = document) => target.addEventListener(type, handler);
  const meta = document.querySelector("meta[name=csrf-token]");

  // Every request of htmx carries the token, forms or not, and the release that made the page.
  on("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = meta.content;
    event.detail.headers["X-Release"] = document.querySelector("meta[name=release]").content;
  });

  // Our own messages, in Chinese and at the field, instead of the browser's bubbles.
  const prepare = (root) => {
    all("form[method=post]", root).forEach((form) => { form.noValidate = true; });
    all("[data-bulk]", root).forEach((bar) => count(bar));
    all("[data-reveal]", root).forEach((button) => { button.hidden = false; });
  };

  // htmx notes each address in the tab's storage; nothing of this site stays in a browser.
  const sweep = () => sessionStorage.removeItem("htmx-current-path-for-history");
  on("htmx:pushedIntoHistory", () => setTimeout(sweep));
  on("htmx:replacedInHistory", () => setTimeout(sweep));

  // After a refused form the summary takes the focus. Whoever was in a part that is renewed stays there,
  // at the same control or at the part; a pane that was opened takes the focus over.
  const controls = (part) => all("a[href], button, summary, input, select, textarea", part);
  const named = (control) => control && `${control.name || ""} ${control.textContent.trim()}`;
  let left = null;
  on("htmx:beforeSwap", (event) => {
    const part = event.detail.target, now = document.activeElement;
    left = part.contains(now) ? { place: controls(part).indexOf(now), name: named(now) } : null;
  });
  on("htmx:afterSettle", (event) => {
    const part = event.target.isConnected ? event.target : document;
    prepare(part.parentElement || document);
    const summary = part.querySelector("[data-error-summary]");
    if (summary) summary.focus();
    else if (part !== document && (left || part.matches("[data-pane]"))) stay(part);
    left = null;
  });
  function stay(part) {
    if (part.contains(document.activeElement)) return;
    const same = left && [controls(part)[left.place], ...controls(part)].find((one) => named(one) === left.name);
    (same || part).focus();
  }
  on("htmx:sendError", () => say("没有网络，刚才这一步没有完成。内容还在本页，请稍后再试。"));
  on("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 401) say("系统没有完成刚才这一步。内容还在本页，请稍后再试。");
  });
  function say(text) {
    const box = document.getElementById("messages");
    if (!box) return;
    const alert = document.createElement("div");
    alert.className = "alert alert-error";
    alert.textContent = text;
    box.replaceChildren(alert);
    alert.scrollIntoView({ block: "nearest" });
  }

  // Show what is being typed: big fingers, small keys.
  all("[data-reveal]").forEach((button) => {
    const hiddenLabel = button.textContent;
    button.hidden = false;
    on("click", () => {
      const fields = button.dataset.reveal.split(" ").map((id) => document.getElementById(id));
      const shows = fields[0].type === "password";
      fields.forEach((field) => { field.type = shows ? "text" : "password"; });
      button.textContent = shows ? "隐藏密码" : hiddenLabel;
    }, button);
  });

  // A second press while the first is under way changes nothing.
  on("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = "1";
    delete form.dataset.dirty;
    const button = event.submitter;
    if (button) { button.classList.add("busy"); button.setAttribute("aria-disabled", "true"); }
    setTimeout(() => release(form), 8000);
  }, window);
  const release = (form) => {
    delete form.dataset.sent;
    all(".busy", form).forEach((button) => {
      button.classList.remove("busy");
      button.removeAttribute("aria-disabled");
    });
  };
  on("htmx:afterRequest", (event) => {
    const form = event.target.closest("form");
    if (!form) return;
    release(form);
    if (event.detail.failed) form.dataset.dirty = "1";
  });
  on("pageshow", () => all("[data-sent]").forEach(release), window);

  // Leaving with unsaved changes asks first; a form with a server-side draft saves instead.
  on("input", (event) => {
    const form = event.target.form;
    if (form && form.matches("[data-guard]")) form.dataset.dirty = "1";
  });
  on("beforeunload", (event) => {
    if (document.querySelector("form[data-dirty]:not([data-autosave])")) event.preventDefault();
  }, window);

  // "/" goes to the search, as long as nobody is typing.
  on("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const search = document.querySelector("[data-search-key]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  });

  // Dialogs, menus, printing.
  on("click", (event) => {
    const opener = event.target.closest("[data-open]");
    const dialog = opener && document.getElementById(opener.dataset.open);
    if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    if (event.target.closest("[data-print]")) window.print();
    const reveal = event.target.closest("[data-reveal]");
    if (reveal) {
      const field = document.getElementById(reveal.dataset.reveal);
      field.type = field.type === "password" ? "text" : "password";
      reveal.textContent = field.type === "password" ? "显示密码" : "隐藏密码";
    }
    all(".bar-menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  on("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector(".bar-menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // Ticked rows open the bulk bar.
  const scope = (bar) => bar.closest("form") || document;
  function count(bar) {
    const ticks = all("[data-tick]", scope(bar));
    const ticked = ticks.filter((tick) => tick.checked).length;
    bar.querySelector("[data-bulk-count]").textContent = ticked ? `已选 ${ticked} 件` : "";
    bar.hidden = !ticked;
    all("[data-tick-all]", scope(bar)).forEach((box) => {
      box.checked = ticked > 0 && ticked === ticks.length;
      box.indeterminate = ticked > 0 && ticked < ticks.length;
    });
  }
  on("change", (event) => {
    const box = event.target;
    if (box.matches("[data-tick-all]")) {
      all("[data-tick]", box.closest("table")).forEach((tick) => { tick.checked = box.checked; });
    }
    if (box.matches("[data-tick], [data-tick-all]")) all("[data-bulk]").forEach(count);
  });

  // The session: a warning five minutes before its end, a dialog once it is gone.
  const show = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  };
  const life = Number(document.body.dataset.sessionSeconds || 0) * 1000;
  let timer;
  const restart = () => {
    clearTimeout(timer);
    if (life > 300000) timer = setTimeout(() => show("session-warning"), life - 300000);
  };
  on("htmx:afterOnLoad", restart);
  on("session-lost", () => show("session-lost"));
  // The page itself keeps the session and gives the token that goes with it.
  const renew = async (dialog) => {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("meta[name=csrf-token]");
    if (!answer.ok || !fresh || !page.querySelector("#session-lost")) {
      all("[data-not-yet]", dialog).forEach((line) => { line.hidden = false; });
      return;
    }
    all("[data-not-yet]", dialog).forEach((line) => { line.hidden = true; });
    meta.content = fresh.content;
    all("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = fresh.content; });
    dialog.close();
    restart();
    document.body.dispatchEvent(new CustomEvent("session-renewed"));
  };
  on("click", (event) => {
    if (event.target.closest("[data-stay], [data-signed-in]")) renew(event.target.closest("dialog"));
  });

  // On a phone the filters make room for the list, unless something in them is wrong.
  const fold = () => {
    if (!matchMedia("(max-width: 768.98px)").matches) return;
    all("[data-fold]:not(:has(.errors))").forEach((filters) => {
      filters.open = false;
      delete filters.dataset.fold;
    });
  };
  on("DOMContentLoaded", () => { fold(); prepare(document); restart(); sweep(); });
})();
