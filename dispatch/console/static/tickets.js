"use strict";
/* What scripts add to lists and tickets; everything works without them. */
(() => {
  const token = () => document.querySelector("input[name=csrf_token]")?.value || "";

  // Tick all of a list at once.
  document.querySelectorAll("[data-tick-all]").forEach((all) => {
    all.addEventListener("change", () => {
      all.closest("table").querySelectorAll("tbody input[name=ticket]").forEach((box) => { box.checked = all.checked; });
    });
  });

  // The way back is there for ten seconds, and says how many are left.
  document.querySelectorAll("form.undo").forEach((form) => {
    let left = Number(form.dataset.left);
    const words = form.querySelector("[data-countdown]");
    const tick = () => {
      if (left <= 0) { form.remove(); return; }
      words.textContent = `${left} s`;
      left -= 1;
      setTimeout(tick, 1000);
    };
    tick();
  });

  // What is typed and not sent is kept a moment after the last key.
  document.querySelectorAll("[data-unsent]").forEach((part) => {
    let waiting = 0;
    const keep = () => {
      const body = new FormData();
      body.set("csrf_token", token());
      document.querySelectorAll("[data-unsent] textarea, [data-unsent] input[name=why]").forEach((field) => {
        if (field.value.trim() && (field === document.activeElement || !body.get(field.name))) body.set(field.name, field.value);
      });
      fetch(part.dataset.unsent, { method: "POST", body, credentials: "same-origin" }).catch(() => { /* it stays in the form */ });
    };
    part.addEventListener("input", (event) => {
      if (!event.target.matches("textarea, input[name=why]")) return;
      clearTimeout(waiting);
      waiting = setTimeout(keep, 1500);
    });
    part.addEventListener("submit", () => clearTimeout(waiting));
  });

  // An opened step is for typing.
  document.querySelectorAll("details.step").forEach((step) => {
    step.addEventListener("toggle", () => {
      if (step.open) step.querySelector("textarea, select, input:not([type=hidden])")?.focus();
    });
  });

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // A long file shows how far it has come: its lines are counted as they arrive.
  document.querySelectorAll("[data-export]").forEach((link) => {
    link.addEventListener("click", async (event) => {
      const shown = document.querySelector("[data-export-progress]");
      const total = Number(link.dataset.export);
      if (total < 2000 || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const bar = shown.querySelector("progress");
      const words = shown.querySelector("span");
      const answer = await fetch(link.href, { credentials: "same-origin" });
      if (!answer.ok) { window.location = link.href; return; }
      shown.hidden = false;
      const parts = [];
      let lines = 0;
      const reader = answer.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        parts.push(value);
        for (const byte of value) if (byte === 10) lines += 1;
        bar.value = Math.min(lines, total);
        words.textContent = shown.dataset.words.replace("%(done)s", bar.value.toLocaleString(document.documentElement.lang)).replace("%(total)s", total.toLocaleString(document.documentElement.lang));
      }
      const file = document.createElement("a");
      file.href = URL.createObjectURL(new Blob(parts, { type: answer.headers.get("Content-Type") }));
      file.download = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "")?.[1] || "tickets";
      file.click();
      setTimeout(() => URL.revokeObjectURL(file.href), 60000);
    });
  });
})();
