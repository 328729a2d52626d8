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
})();
