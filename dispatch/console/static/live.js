"use strict";
/* A part of a page that keeps up by itself: data-live names what is watched, data-part where the part is asked for. */
(() => {
  if (!window.EventSource) return;
  const AGAIN_MS = 2000;
  document.querySelectorAll("[data-live]").forEach((part) => {
    let mark = part.dataset.mark || null;
    let stream = null;
    const light = document.querySelector("[data-live-light]");
    const shine = (on) => { if (light) light.hidden = !on; };
    let asking = false;
    let again = false;
    let left = false;
    const changed = (event) => {
      if (mark === event.data) return;
      mark = event.data;
      renew();
    };
    // One question at a time: of two, the older might be answered last.
    const renew = async () => {
      again = true;
      if (asking) return;
      asking = true;
      while (again) {
        again = false;
        const answer = await fetch(part.dataset.part, { credentials: "same-origin", headers: { "X-By-Itself": "1" } })
          .then(async (got) => ({ ok: got.ok && !got.redirected, away: got.status >= 500, text: await got.text() }))
          .catch(() => ({ away: true }));
        if (answer.away) { // For a moment, during a deploy say.
          again = true;
          await new Promise((later) => { setTimeout(later, AGAIN_MS); });
        } else if (answer.ok) {
          write(answer.text.trim());
        } else { // Whoever looks may no longer.
          leave();
          return;
        }
      }
      asking = false;
    };
    const write = (now) => {
      if (part.innerHTML.trim() === now) return; // What says the same again need not be read out again.
      const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      const atEnd = window.innerHeight + window.scrollY > document.body.scrollHeight - 80;
      part.innerHTML = now;
      if (focused !== null) part.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
      if (atEnd && part.hasAttribute("data-follow")) window.scrollTo(0, document.body.scrollHeight);
      if (part.querySelector("[data-ended]")) leave(); // What is over changes no more.
    };
    const stop = () => { stream?.close(); stream = null; shine(false); };
    const leave = () => { document.removeEventListener("visibilitychange", listen); left = true; stop(); };
    const listen = () => {
      if (left) return;
      if (document.hidden) { stop(); return; } // Nobody sees it: what was missed is there when somebody looks again.
      if (stream) return;
      stream = new EventSource(part.dataset.live);
      stream.addEventListener("open", () => shine(true));
      stream.addEventListener("error", () => {
        if (stream?.readyState !== EventSource.CLOSED) return; // The browser opens it again by itself.
        stop();
        setTimeout(() => { listen(); renew(); }, AGAIN_MS);
      });
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
