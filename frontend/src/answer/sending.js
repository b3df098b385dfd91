// Saving on the way and handing in. Whatever is sent may be sent again: the key decides.
const SAVE_AFTER = 800;
const LONGEST_WAIT = 30_000;
const EPOCH = Date.UTC(2026, 0, 1);

// Whether there is anything to keep: a page that was only opened says nothing of it.
const said = (form) =>
  [...new FormData(form)].some(([name, value]) => name.startsWith("q.") && value);

const pause = (time) =>
  new Promise((go) => {
    const timer = setTimeout(go, time);
    addEventListener("online", () => (clearTimeout(timer), go()), { once: true });
  });

// null: nobody answered. Later is soon enough.
async function post(form, address, body, leaving = false) {
  try {
    return await fetch(new URL(address, form.action), {
      method: "POST",
      body: new URLSearchParams(body),
      headers: { Accept: "application/json" },
      keepalive: leaving,
    });
  } catch {
    return null;
  }
}

const later = (answer) => !answer || answer.status >= 500 || answer.status === 429;

export async function sentence(answer, words) {
  if (answer.status === 403) return { why: "stale", says: words.stale };
  return answer.json().catch(() => ({ why: "stale", says: words.stale }));
}

// `state` is what the device keeps; `tell` puts a sentence where the customer sees it.
export function courier(form, state, words, tell) {
  let timer, busy, waiting, wait, stopped;

  const body = () => {
    const all = [...new FormData(form)].filter(([, value]) => value !== "");
    const about = { key: state.key, seq: state.seq, seconds: state.seconds };
    return [...all.filter(([name]) => !(name in about)), ...Object.entries(about)];
  };

  async function save(leaving = false) {
    clearTimeout(timer);
    if (busy || !waiting || stopped) return;
    busy = true;
    waiting = false;
    // Never lower than on another device that saved earlier.
    state.seq = Math.max(state.seq + 1, Math.floor((Date.now() - EPOCH) / 1000));
    const answer = await post(form, "../progress/", body(), leaving);
    busy = false;
    if (stopped) return;
    if (later(answer)) {
      waiting = true;
      wait = Math.min(2 * wait || 1000, LONGEST_WAIT);
      timer = setTimeout(save, wait);
      tell(words.offline, "offline");
    } else if (answer.ok) {
      wait = 0;
      tell(said(form) ? words.saved : "", "saved");
      if (waiting) timer = setTimeout(save, SAVE_AFTER);
    } else {
      stopped = true;
      tell((await sentence(answer, words)).says, "wrong");
    }
  }

  addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => document.hidden && save(true));

  return {
    changed(after = SAVE_AFTER) {
      waiting = true;
      clearTimeout(timer);
      timer = setTimeout(save, after);
    },
    // Until somebody says yes or no: the same key, the same words.
    async handIn() {
      stopped = true;
      clearTimeout(timer);
      for (let between = 1000; ; between = Math.min(2 * between, LONGEST_WAIT)) {
        tell(words.sending, "sending");
        const answer = await post(form, form.action, body());
        if (!later(answer)) {
          stopped = false;
          return answer;
        }
        const limit = Number(answer?.headers.get("Retry-After"));
        const says = answer?.status === 429 && (await sentence(answer, words)).says;
        tell(says || words.waiting, "offline");
        await pause(limit ? 1000 * limit : between);
      }
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    start() {
      stopped = waiting = false;
    },
  };
}
