"use strict";
/* A part of a page that keeps up by itself: data-live names what is watched, data-part where the part is asked for. */
(() => {
  if (!window.EventSource) return;
  document.querySelectorAll("[data-live]").forEach((part) => {
    let mark = part.dataset.mark || null;
    let stream = null;
    const light = document.querySelector("[data-live-light]");
    const show = (on) => { if (light) light.hidden = !on; };
    const changed = async (event) => {
      if (mark === event.data) return;
      mark = event.data;
      const answer = await fetch(part.dataset.part, { credentials: "same-origin", headers: { "X-By-Itself": "1" } });
      if (!answer.ok || answer.redirected) { document.removeEventListener("visibilitychange", listen); stop(); return; }
      const now = (await answer.text()).trim();
      if (part.innerHTML.trim() === now) return; // What says the same again need not be read out again.
      const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      const atEnd = window.innerHeight + window.scrollY > document.body.scrollHeight - 80;
      part.innerHTML = now;
      if (focused !== null) part.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
      if (atEnd && part.hasAttribute("data-follow")) window.scrollTo(0, document.body.scrollHeight);
    };
    const stop = () => { stream?.close(); stream = null; show(false); };
    const listen = () => {
      if (document.hidden) { stop(); return; } // Nobody sees it: what was missed is there when somebody looks again.
      if (stream) return;
      stream = new EventSource(part.dataset.live);
      stream.addEventListener("open", () => show(true));
      stream.addEventListener("error", () => { if (stream?.readyState === EventSource.CLOSED) show(false); });
      stream.addEventListener("changed", changed);
    };
    listen();
    document.addEventListener("visibilitychange", listen);
    window.addEventListener("pagehide", stop);
  });

  // How long each caller has been in the line goes on between two looks at it.
  setInterval(() => {
    document.querySelectorAll("[data-seconds]").forEach((clock) => {
      const seconds = Number(clock.dataset.seconds) + 1;
      clock.dataset.seconds = seconds;
      clock.textContent = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
    });
  }, 1000);
})();
