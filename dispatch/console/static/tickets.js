"use strict";
/* What scripts add to lists and tickets; everything works without them. */
(() => {
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

  // What is typed and not sent is kept with its step, a moment after the last key or when somebody leaves.
  document.querySelectorAll("form[data-unsent]").forEach((form) => {
    let waiting = 0;
    const keep = () => {
      waiting = 0;
      // `keepalive`, so that it is also kept of a page that is being left.
      fetch(form.dataset.unsent, { method: "POST", body: new FormData(form), credentials: "same-origin", keepalive: true })
        .catch(() => { /* it stays in the form */ });
    };
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(keep, 1500);
    });
    form.addEventListener("submit", () => { clearTimeout(waiting); waiting = 0; });
    addEventListener("pagehide", () => { if (waiting) { clearTimeout(waiting); keep(); } });
  });

  // A step that somebody opens is for typing; one that lies open when the page comes leaves the keys alone.
  document.querySelectorAll("details.step").forEach((step) => {
    let pressed = false;
    step.querySelector("summary").addEventListener("click", () => { pressed = true; });
    step.addEventListener("toggle", () => {
      if (step.open && pressed) step.querySelector("textarea, select, input:not([type=hidden])")?.focus();
      pressed = false;
    });
  });

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
