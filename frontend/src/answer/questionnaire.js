// One question at a time: where one is, the way on and back, and the end.
import { keys } from "./keys.js";
import { kept, newKey } from "./keeping.js";
import { kiosk } from "./kiosk.js";
import { fits, given, pointsHelp, pointsLeft } from "./points.js";
import { showReceipt } from "./receipt.js";
import { fill, filled, hideTheUnasked, said, settle, shuffle } from "./saying.js";
import { courier, sentence } from "./sending.js";

const find = (what, within = document) => within.querySelector(what);
const each = (what, within = document) => [...within.querySelectorAll(what)];
const blanks = (words, values) =>
  words.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);

export function questionnaire() {
  const { door, kind } = document.body.dataset;
  const words = JSON.parse(find("#words").textContent);
  const form = find(".aw-form");
  const done = find("[data-done]");
  const next = find("[data-next]");
  const back = find("[data-back]");
  const asks = each("[data-item]", form);
  const store = kept(door, kind === "kiosk");
  const rehearsal = kind === "preview";
  const began = { at: Date.now(), seconds: 0 };
  const warned = new Set();
  const state = { key: "", seq: 0, seconds: 0, step: "", fields: {} };
  let current = null;
  let handing = false;

  // --- Where one is ---------------------------------------------------------------

  // What is asked of this person, in the order in which it is asked.
  const steps = () =>
    each("[data-step]", form).filter((step) => find("[data-item]:not([hidden])", step));
  const asked = (step) => each("[data-item]:not([hidden])", step);
  const open = (step, fields) =>
    step.dataset.kind === "points"
      ? given(step) === 0
      : asked(step).some((ask) => {
          const [has, of] = filled(ask, fields);
          return has < of;
        });

  function draw() {
    const all = steps();
    const number = all.indexOf(current) + 1;
    const left = all.slice(number - 1).reduce((sum, s) => sum + Number(s.dataset.seconds), 0);
    const minutes = Math.round(left / 60);
    const unanswered = open(current, said(form));
    const last = number === all.length;
    const where = last ? words.last : minutes < 1 ? words.where : minutes < 2 ? words.minute : words.minutes;
    find("[data-where]").textContent = blanks(where, { number, total: all.length, minutes });
    const bar = find(".aw-bar");
    bar.max = all.length;
    bar.value = number - (unanswered ? 1 : 0);
    const must = asked(current).some((ask) => "required" in ask.dataset);
    next.textContent = last ? words.done : unanswered && !must ? words.skip : words.next;
    next.classList.toggle("aw-primary", last || !unanswered || must);
    back.disabled = number < 2;
    find("[data-privacy]").hidden = number > 1 && !last;
    if (current.dataset.kind === "points") pointsLeft(current, words);
    for (const count of each("[data-count]", current)) {
      const box = find("textarea", current);
      const about = { count: box.value.length, most: box.maxLength };
      count.textContent = box.value ? blanks(words.letters, about) : "";
    }
  }

  function show(step, { focus = true } = {}) {
    current = step;
    for (const other of each("[data-step]", form)) other.hidden = other !== step;
    for (const part of each(".aw-part", form)) {
      part.hidden = !part.contains(step);
      const begins = steps().find((s) => part.contains(s)) === step;
      for (const head of each(":scope > .aw-part-title, :scope > .aw-intro", part)) head.hidden = !begins;
    }
    state.step = step.dataset.step;
    draw();
    if (focus) {
      scrollTo(0, 0);
      find(".aw-q", step).focus({ preventScroll: true });
    }
  }

  const named = (code) => steps().find((step) => step.dataset.step === code);

  // --- The way on and back, also by the browser's own button ----------------------

  const shared = kind === "kiosk" || rehearsal; // whose history is not this person's

  function goTo(step, how = "pushState") {
    const depth = (history.state?.depth ?? 0) + (how === "pushState" ? 1 : 0);
    show(step);
    if (!shared) history[how]({ step: step.dataset.step, depth }, "");
    keep();
  }

  function wrong(step) {
    const fields = said(form);
    for (const ask of asked(step)) {
      const [has, of] = filled(ask, fields);
      const must = "required" in ask.dataset && has < of;
      const half = has > 0 && has < of && !warned.has(ask);
      complain(ask, must ? words.required : half ? words.both : "");
      if (half) warned.add(ask);
      if (must || half) return ask;
    }
    if (step.dataset.kind === "points" && !fits(step)) {
      complain(find(".aw-asks", step), words.points, ":scope > [data-wrong]");
      return step;
    }
    return null;
  }

  function complain(place, sentence, what = "[data-wrong]") {
    const line = find(what, place);
    line.textContent = sentence;
    line.hidden = !sentence;
    if (sentence) line.setAttribute("role", "alert");
  }

  function goOn() {
    if (handing || !done.hidden) return;
    const faulty = wrong(current);
    if (faulty) {
      find("input:not([tabindex]), textarea, select", faulty)?.focus();
      return;
    }
    const all = steps();
    const after = all[all.indexOf(current) + 1];
    if (after) goTo(after);
    else handIn();
  }

  function goBack() {
    const all = steps();
    const before = all[all.indexOf(current) - 1];
    if (handing || !before) return;
    if (!shared && history.state?.depth > 0) history.back();
    else goTo(before, "replaceState");
  }

  addEventListener("popstate", (event) => {
    if (shared || handing || !done.hidden || !event.state) return;
    show(named(event.state.step) ?? steps()[0]);
    keep();
  });

  // --- Keeping and sending --------------------------------------------------------

  function tell(sentence, tone) {
    const line = find("[data-saving]");
    if (line.textContent !== sentence) line.textContent = sentence;
    line.dataset.tone = tone;
  }

  const sender = courier(form, state, words, tell);

  function keep() {
    state.fields = said(form);
    state.seconds = began.seconds + Math.round((Date.now() - began.at) / 1000);
    if (!rehearsal) store.write(state);
  }

  function changed() {
    hideTheUnasked(asks, said(form));
    keep();
    draw();
    if (!rehearsal) sender.changed();
  }

  form.addEventListener("input", (event) => {
    settle(event.target);
    const ask = event.target.closest("[data-item]");
    if (ask) complain(ask, "");
    if (current.dataset.kind === "points")
      complain(find(".aw-asks", current), "", ":scope > [data-wrong]");
    changed();
  });

  // --- The end --------------------------------------------------------------------

  async function handIn() {
    if (handing) return; // a double tap
    handing = true;
    keep();
    if (rehearsal) return end({});
    state.handing = true;
    store.write(state);
    next.disabled = back.disabled = true;
    form.inert = true;
    const answer = await sender.handIn();
    handing = state.handing = false;
    next.disabled = form.inert = false;
    const found = answer.ok ? await answer.json() : await sentence(answer, words);
    if (answer.ok) return end(found);
    keep();
    if (found.why !== "incomplete") tell(found.says, "wrong");
    else mend(found.problems);
    if (found.why === "reused") store.forget();
    return draw();
  }

  function mend(problems) {
    tell(words.mend, "wrong");
    for (const ask of asks) {
      const problem = problems[ask.dataset.item] ?? "";
      const points = ask.closest("[data-kind=points]");
      if (points && problem) complain(find(".aw-asks", points), problem, ":scope > [data-wrong]");
      else complain(ask, problem);
    }
    const first = steps().find((s) => asked(s).some((ask) => problems[ask.dataset.item]));
    if (first) goTo(first);
  }

  function end(receipt) {
    sender.stop();
    if (kind === "kiosk") store.forget();
    else if (!rehearsal) store.write({ receipt });
    tell("", "");
    showEnd(receipt);
    find("[data-received]", done).focus();
    hall?.received(done);
  }

  function showEnd(receipt) {
    form.hidden = find("[data-foot]").hidden = find(".aw-bar").hidden = true;
    done.hidden = false;
    showReceipt(done, receipt, words);
    const again = find("[data-again]", done);
    if (again) again.hidden = kind === "invited";
    scrollTo(0, 0);
  }

  function startAgain() {
    store.forget();
    Object.assign(state, { key: newKey(), seq: 0, seconds: 0, step: "", fields: {} });
    delete state.handing;
    Object.assign(began, { at: Date.now(), seconds: 0 });
    handing = form.inert = next.disabled = false;
    warned.clear();
    for (const line of each("[data-wrong]", form)) line.hidden = true;
    form.hidden = find("[data-foot]").hidden = find(".aw-bar").hidden = false;
    done.hidden = true;
    const copy = find("button[data-copy]", done);
    if (copy) copy.textContent = words.copy;
    tell("", "");
    sender.start();
    if (!shared) history.replaceState(null, "");
    begin({}, { focus: false });
  }

  // --- The beginning --------------------------------------------------------------

  function begin(fields, how) {
    shuffle(form, state.key);
    fill(form, fields);
    hideTheUnasked(asks, said(form));
    const here = shared ? "" : history.state?.step;
    const step = named(here) ?? named(state.step) ?? steps()[0];
    show(step, how);
    if (!shared) history.replaceState({ depth: 0, ...history.state, step: step.dataset.step }, "");
    if (!rehearsal && kind !== "kiosk") sender.changed(0); // opened: a page that was read
  }

  async function otherDevice() {
    const answer = await fetch("progress/").catch(() => null);
    const found = answer?.ok ? await answer.json() : {};
    if (!Object.keys(state.fields).length && Object.keys(found.fields ?? {}).length) {
      fill(form, found.fields);
      changed();
    }
  }

  for (const step of each("[data-kind=points][data-step]", form)) pointsHelp(step, changed);
  form.addEventListener("submit", (event) => (event.preventDefault(), goOn()));
  next.onclick = goOn;
  back.onclick = goBack;
  keys(() => (done.hidden && !form.hidden ? current : null), goOn);
  const again = find("[data-again]", done);
  document.documentElement.classList.add("on");

  const before = rehearsal ? null : store.read();
  const hall = kind === "kiosk" ? kiosk(words, () => (sender.changed(0), show(current)), startAgain) : null;
  if (again) again.onclick = () => (hall ? hall.toStart() : startAgain());
  if (before?.receipt) {
    state.key = newKey();
    begin({}, { focus: false });
    sender.stop();
    showEnd(before.receipt);
    return;
  }
  Object.assign(state, before ?? { key: form.elements.key.value });
  if (kind === "invited") state.key = form.elements.key.value; // one, on every device
  if (hall && !before) state.key = newKey();
  began.seconds = state.seconds;
  begin(state.fields, { focus: false });
  if (hall) {
    hall.opened(Boolean(before));
    if (before) hall.touched();
  }
  if (kind === "invited" && !before) otherDevice();
  if (state.handing) handIn();
}
