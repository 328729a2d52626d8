"use strict";
/* Says that somebody is still at a ticket, and shows who else is; without it, whoever opens the page is seen for a while. */
(() => {
  const here = document.getElementById("here");
  if (!here) return;
  const shown = here.querySelector("[role=status]");
  let typed = 0;
  document.addEventListener("input", () => { typed = Date.now(); });
  const said = (doing) => {
    const body = new FormData(here);
    body.set("doing", doing);
    return body;
  };
  const tell = () => {
    if (document.hidden) return;
    const doing = Date.now() - typed < 30000 ? "writing" : "looking";
    fetch(here.dataset.here, { method: "POST", body: said(doing), credentials: "same-origin", headers: { "X-By-Itself": "1" } })
      .then((reply) => (reply.ok ? reply.text() : null))
      .then((others) => { if (others !== null && others.trim() !== shown.innerHTML.trim()) shown.innerHTML = others; })
      .catch(() => { /* the next one will get through */ });
  };
  setInterval(tell, 15000);
  document.addEventListener("visibilitychange", tell);
  addEventListener("pagehide", () => navigator.sendBeacon(here.dataset.here, said("leaving")));
})();
