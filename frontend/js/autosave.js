/* Drafts are kept on the server: 15 s after a change, on leaving a field, on leaving the page.
   Nothing is written to the browser's own storage. Contract: docs/front-end.md. */
"use strict";
(() => {
  const WAIT = 15000;
  const PATIENCE = 12000; // an answer that takes longer is lost in a tunnel: ask again

  function keep(form) {
    const status = form.querySelector("[data-autosave-status]");
    const version = form.querySelector("[name=draft_version]");
    let changed = false, busy = false, wanted = false, stopped = false, timer;

    const say = (text, trouble = false) => {
      if (status.textContent !== text) status.textContent = text;
      status.classList.toggle("trouble", trouble);
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(save, WAIT); };

    async function save({ leaving = false } = {}) {
      if (busy) wanted = true; // a field was left meanwhile
      if (!changed || busy || stopped || form.dataset.sent) return;
      busy = true;
      changed = wanted = false;
      let arrived = false;
      const body = new FormData(form);
      [...form.querySelectorAll("input[type=file]")].forEach((input) => body.delete(input.name));
      const patience = new AbortController();
      const end = setTimeout(() => patience.abort(), PATIENCE);
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body, keepalive: leaving, credentials: "same-origin", redirect: "manual",
          signal: patience.signal,
          headers: {
            "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
            "X-Requested-With": "XMLHttpRequest",
          },
        });
        arrived = answer.ok;
        await take(answer);
      } catch {
        changed = true;
        say("没有网络，稍后自动重试", true);
      }
      clearTimeout(end);
      busy = false;
      // What was typed meanwhile, or did not arrive, has its own fifteen seconds.
      if (!changed || stopped) return;
      if (arrived && wanted) save();
      else later();
    }

    async function take(answer) {
      if (answer.ok) {
        const kept = await answer.json();
        version.value = kept.version;
        if (!changed) delete form.dataset.dirty;
        return say(`已保存 ${kept.saved_at}`);
      }
      changed = true;
      if (answer.status === 409) {
        stopped = true;
        const other = await answer.json();
        return say(other.message || "草稿已在别处修改过，请刷新本页查看最新内容后再改。", true);
      }
      if (answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect") {
        say("登录已过期，重新登录后自动保存", true);
        document.body.dispatchEvent(new CustomEvent("session-lost", { bubbles: true }));
      } else if (answer.status === 422) {
        const refused = await answer.json();
        say(refused.message || "填写的内容还不能保存，请检查", true);
      } else say("暂时没有保存成功，稍后自动重试", true);
    }

    form.addEventListener("input", () => { if (!changed) later(); changed = true; });
    form.addEventListener("change", () => { if (!changed) later(); changed = true; });
    form.addEventListener("focusout", () => save());
    window.addEventListener("online", () => save());
    document.body.addEventListener("session-renewed", () => save());
    window.addEventListener("pagehide", () => save({ leaving: true }));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save({ leaving: true });
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[data-autosave]").forEach(keep);
  });
})();
