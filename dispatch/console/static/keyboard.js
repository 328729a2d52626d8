"use strict";
/* The desk by keyboard. Every key here presses something that is on the page anyway, so that nothing is lost without it:
   [data-go="q"] after g; [data-shortcut="a"] by itself; [data-search] with /; lines are [data-line] with a link and,
   where there is one, a tick box. Shortcuts can be turned off, for people whose machines type by themselves. */
(() => {
  const OFF = "dial311-shortcuts-off";
  const help = document.getElementById("keys");
  let after = "";
  let timer = 0;

  const off = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
  const lines = () => [...document.querySelectorAll("[data-line]")].filter((line) => line.offsetParent !== null);
  const here = () => document.activeElement?.closest?.("[data-line]");

  function step(by) {
    const all = lines();
    if (!all.length) return;
    const at = all.indexOf(here());
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
    (next.querySelector("a[href]") || next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function pressed(key) {
    if (after === "g") {
      after = "";
      const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (link) link.click();
      return Boolean(link);
    }
    switch (key) {
      case "g": after = "g"; clearTimeout(timer); timer = setTimeout(() => { after = ""; }, 1500); return true;
      case "/": { const box = document.querySelector("[data-search]"); if (box) { box.focus(); box.select?.(); } return Boolean(box); }
      case "?": if (help && !help.open) help.showModal(); return Boolean(help);
      case "j": step(1); return true;
      case "k": step(-1); return true;
      case "x": { const box = here()?.querySelector("input[type=checkbox]"); if (box) box.click(); return Boolean(box); }
      default: {
        const target = (here() || document).querySelector(`[data-shortcut="${CSS.escape(key)}"]`)
          || document.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
        if (!target) return false;
        if (target.matches("input:not([type=submit]), textarea, select")) target.focus(); else target.click();
        return true;
      }
    }
  }

  // What is done in a line brings the page anew: then one goes on where one was, at the line that moved up.
  const PLACE = "dial311-line";
  const place = (write) => { try { return write ? sessionStorage.setItem(PLACE, write) : sessionStorage.getItem(PLACE); } catch { return null; } };
  document.addEventListener("submit", (event) => {
    const line = (event.submitter || event.target).closest("[data-line]");
    if (line) place(JSON.stringify([location.pathname, lines().indexOf(line)]));
  });
  const [page, at] = JSON.parse(place() || "[]");
  if (page) {
    try { sessionStorage.removeItem(PLACE); } catch { /* it was not kept either */ }
    const all = lines();
    const line = page === location.pathname ? all[Math.min(at, all.length - 1)] : null;
    if (line) { (line.querySelector("a[href]") || line).focus(); line.scrollIntoView({ block: "nearest" }); }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.querySelectorAll("details[data-drop][open]").forEach((drop) => {
        const inside = drop.contains(document.activeElement);
        drop.open = false;
        if (inside) drop.querySelector("summary").focus();
      });
      return;
    }
    if (off() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog[open]")) return;
    if (pressed(event.key)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[data-drop][open]").forEach((drop) => {
      if (!drop.contains(event.target)) drop.open = false;
    });
    if (event.target.closest("[data-keys-help]") && help) help.showModal();
  });

  document.querySelectorAll(".needs-script").forEach((part) => { part.hidden = false; });
  const box = document.querySelector("[data-keys-on]");
  if (box) {
    box.checked = !off();
    box.addEventListener("change", () => { try { localStorage.setItem(OFF, box.checked ? "0" : "1"); } catch { /* no storage: they stay on */ } });
  }
})();
