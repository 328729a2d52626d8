// What plain forms cannot do: go on without reloading, speak the line's words, listen to the caller's, and let several
// keys be pressed in a row. Without this file, or without a voice in the browser, the phone works all the same.
(() => {
  "use strict";
  const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
  const speech = window.speechSynthesis;
  const PAUSE_BETWEEN_KEYS = 2500; // milliseconds, as the line itself waits
  let spoken = document.querySelectorAll("#log li").length;
  let voiceOn = true;
  let keys = "";
  let keyTimer = 0;
  let recogniser = null;

  const phone = () => document.getElementById("phone");
  const field = () => document.getElementById("words");

  async function send(form, button) {
    clearTimeout(keyTimer);
    keys = "";
    hush();
    const data = new FormData(form);
    if (button && button.name) data.set(button.name, button.value);
    phone().setAttribute("aria-busy", "true");
    let page;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data) });
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      phone().removeAttribute("aria-busy");
      const display = document.getElementById("display");
      if (display) display.textContent = "The line does not answer. Try again.";
      return;
    }
    show(page);
  }

  // The log stays and grows, so that a screen reader hears only what is new; everything else is put in its place.
  function show(page) {
    const next = page.getElementById("phone");
    if (!next) { location.reload(); return; }
    const log = document.getElementById("log");
    const events = [...next.querySelectorAll("#log li")];
    const fresh = events.length < log.children.length || next.className === "idle";
    if (fresh) { log.replaceChildren(); spoken = 0; }
    for (const event of log.children) event.classList.remove("new");
    for (const event of events.slice(log.children.length)) { event.classList.add("new"); log.append(event); }
    next.querySelector("#log").replaceWith(log);
    for (const greedy of next.querySelectorAll("[autofocus]")) greedy.removeAttribute("autofocus");
    phone().replaceWith(next);
    document.title = page.title;
    prepare();
    log.scrollTop = log.scrollHeight;
    const last = next.querySelector(".outcome") || log.lastElementChild;
    if (last) last.scrollIntoView({ block: "nearest" });
    (field() || next.querySelector(".outcome a, button")).focus({ preventScroll: true });
    speak();
  }

  function speak() {
    const said = [...document.querySelectorAll("#log li")].slice(spoken);
    spoken += said.length;
    if (!speech || !voiceOn) return;
    for (const event of said) {
      if (!event.classList.contains("line")) continue;
      const words = new SpeechSynthesisUtterance(event.querySelector("span").textContent);
      words.lang = event.dataset.language || "en-US";
      speech.speak(words);
    }
  }

  function hush() {
    if (speech) speech.cancel();
    if (recogniser) recogniser.abort();
    recogniser = null;
  }

  function listen(button) {
    if (recogniser) { hush(); button.setAttribute("aria-pressed", "false"); return; }
    hush();
    recogniser = new Recognition();
    recogniser.lang = phone().dataset.language || "en-US";
    recogniser.interimResults = true;
    recogniser.onresult = (heard) => {
      const result = heard.results[heard.results.length - 1];
      field().value = result[0].transcript;
      if (result.isFinal) send(field().form, null);
    };
    recogniser.onend = () => { recogniser = null; button.setAttribute("aria-pressed", "false"); };
    recogniser.onerror = recogniser.onend;
    button.setAttribute("aria-pressed", "true");
    recogniser.start();
  }

  // Keys gather on the display until the line has as many as it wants, the finishing key, or a pause.
  function press(key, form) {
    if (speech) speech.cancel();
    const { digits, finish, kind } = phone().dataset;
    keys += key;
    document.getElementById("display").textContent = keys;
    clearTimeout(keyTimer);
    const enough = kind !== "gather" || keys.length >= Number(digits || 1000) || key === finish;
    const dial = () => { form.elements.keys.value = keys; send(form, { name: "act", value: "keys" }); };
    if (enough) dial(); else keyTimer = setTimeout(dial, PAUSE_BETWEEN_KEYS);
  }

  function prepare() {
    const mic = document.getElementById("mic");
    if (mic && Recognition && phone().dataset.speech) mic.hidden = false;
    const voice = document.getElementById("voice");
    if (voice && speech) {
      voice.hidden = false;
      voice.setAttribute("aria-pressed", String(voiceOn));
      voice.textContent = voiceOn ? "Voice on" : "Voice off";
    }
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#phone")) return;
    event.preventDefault();
    const button = event.submitter;
    if (button && button.name === "key") press(button.value, event.target);
    else send(event.target, button);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.id === "mic") listen(button);
    if (button.id === "voice") { voiceOn = !voiceOn; if (!voiceOn && speech) speech.cancel(); prepare(); }
  });
  document.addEventListener("keydown", (event) => {
    const key = document.querySelector(`.keypad button[value="${CSS.escape(event.key)}"]`);
    if (!key || event.target.closest("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    press(event.key, key.form);
  });
  prepare();
})();
