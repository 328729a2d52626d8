"use strict";
/* A long file shows how far it has come: its lines are counted as they arrive. Without scripts it simply arrives. */
(() => {
  const LONG = 2000; // A shorter one is there before anything could be read.

  const written = (number) => number.toLocaleString(document.documentElement.lang);

  const counted = async (body, tell) => {
    const parts = [];
    let lines = 0;
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return parts;
      parts.push(value);
      for (const byte of value) if (byte === 10) lines += 1;
      tell(lines);
    }
  };

  // Listened for on the whole page: parts of it are drawn anew while one looks on.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-export]");
    const total = Number(link?.dataset.export || Infinity);
    if (!link || total < LONG || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const answer = await fetch(link.href, { credentials: "same-origin" });
    if (!answer.ok) { window.location = link.href; return; }
    const shown = link.closest("[data-exports]").querySelector("[data-export-progress]");
    const bar = shown.querySelector("progress");
    const words = shown.querySelector("span");
    const parts = await counted(answer.body, (lines) => {
      const done = Math.min(lines, total);
      shown.hidden = total === Infinity && lines < LONG;
      if (total < Infinity) bar.value = done;
      words.textContent = shown.dataset.words.replace("%(done)s", written(done)).replace("%(total)s", written(total));
    });
    const file = document.createElement("a");
    file.href = URL.createObjectURL(new Blob(parts, { type: answer.headers.get("Content-Type") }));
    file.download = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "")?.[1] || "";
    file.click();
    setTimeout(() => URL.revokeObjectURL(file.href), 60000);
  });
})();
