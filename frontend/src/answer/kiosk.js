// A device in the hall: every person begins at the start, and nobody finds what was said.
const IDLE = 60;
const WARNING = 10;
const AFTER_RECEIPT = 10;
const MARK = "gapless:kiosk";

const blank = (words, seconds) => words.replace("%(seconds)s", seconds);

function countdown(seconds, show, done) {
  show(seconds);
  const timer = setInterval(() => {
    seconds -= 1;
    show(seconds);
    if (seconds <= 0) {
      clearInterval(timer);
      done();
    }
  }, 1000);
  return () => clearInterval(timer);
}

// The small pages beside the questionnaire return as well.
export function returning() {
  let home;
  try {
    home = sessionStorage.getItem(MARK);
  } catch {}
  if (!home) return;
  let timer;
  const begin = () => {
    clearTimeout(timer);
    timer = setTimeout(() => location.replace(home), 1000 * IDLE);
  };
  for (const sign of ["pointerdown", "keydown", "scroll"]) addEventListener(sign, begin);
  begin();
}

export function kiosk(words, begin, reset) {
  const start = document.querySelector("[data-start]");
  const still = document.querySelector("[data-still]");
  const pad = document.querySelector("[data-pad]");
  const main = document.querySelector("main");
  const foot = document.querySelector("[data-foot]");
  let idle, stop;
  try {
    sessionStorage.setItem(MARK, `${location.pathname}?lang=${document.body.dataset.home}`);
  } catch {}

  function opened(open) {
    start.hidden = open;
    main.hidden = foot.hidden = !open;
  }

  function toStart() {
    clearTimeout(idle);
    stop?.();
    still.close();
    pad.close();
    reset();
    opened(false);
    const home = document.body.dataset.home;
    // Offline there is nothing to load: the language stays until the network is back.
    if (home !== document.body.dataset.language && navigator.onLine)
      location.replace(`?lang=${home}`);
  }

  function warn() {
    still.showModal();
    const says = still.querySelector("[data-stay]");
    stop = countdown(WARNING, (s) => (says.textContent = blank(words.stay, s)), toStart);
  }

  function touched() {
    clearTimeout(idle);
    if (start.hidden && !still.open) idle = setTimeout(warn, 1000 * (IDLE - WARNING));
    if (pad.open) idle = setTimeout(toStart, 1000 * IDLE);
  }

  for (const sign of ["pointerdown", "keydown", "input"]) addEventListener(sign, touched);
  start.querySelector("[data-begin]").onclick = () => {
    opened(true);
    begin();
    touched();
  };
  still.querySelector("[data-here]").onclick = () => still.close();
  still.onclose = () => {
    stop?.();
    touched();
  };
  leaving(pad, start, words);
  addEventListener("contextmenu", (event) => event.preventDefault());

  return {
    opened,
    touched,
    toStart,
    received(done) {
      clearTimeout(idle);
      const says = done.querySelector("[data-ends]");
      stop = countdown(
        AFTER_RECEIPT,
        (s) => (says.textContent = blank(words.begins, s)),
        toStart,
      );
    },
  };
}

function leaving(pad, start, words) {
  const form = pad.querySelector("form");
  const wrong = pad.querySelector("[data-wrong]");
  start.querySelector("[data-leave]").onclick = () => {
    form.reset();
    wrong.hidden = true;
    pad.showModal();
  };
  pad.querySelector("[data-close]").onclick = () => pad.close();
  pad.querySelector("[data-wipe]").onclick = () => (form.pin.value = "");
  for (const key of pad.querySelectorAll("[data-digit]"))
    key.onclick = () => (form.pin.value += key.dataset.digit);
  form.onsubmit = async (event) => {
    event.preventDefault();
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ pin: form.pin.value, csrfmiddlewaretoken: token });
    const answer = await fetch("kiosk/", { method: "POST", body }).catch(() => null);
    if (answer?.ok) {
      try {
        sessionStorage.removeItem(MARK);
      } catch {}
      location.replace(answer.headers.get("Location"));
      return;
    }
    const says = { 429: words.wait, 403: words.pin }[answer?.status];
    wrong.textContent = says ?? words.stale;
    wrong.hidden = false;
    form.pin.value = "";
  };
}
