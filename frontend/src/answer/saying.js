// What the controls say, and what that makes visible. Mirrors core/instruments/rules.asked.

export const said = (form) => {
  const fields = {};
  for (const [name, value] of new FormData(form))
    if (name.startsWith("q.") && value.trim()) (fields[name] ??= []).push(value);
  return fields;
};

export function fill(form, fields) {
  for (const control of form.elements) {
    if (!control.name?.startsWith("q.")) continue;
    const given = fields[control.name] ?? [];
    if (control.type === "radio" || control.type === "checkbox")
      control.checked = given.includes(control.value);
    else control.value = given.at(-1) ?? "";
  }
}

const COMPARE = {
  is: (given, value) => given === value,
  is_not: (given, value) => given !== value,
  at_least: (given, value) => given >= value,
  at_most: (given, value) => given <= value,
};

function holds(given = [], [, comparison, value]) {
  if (comparison === "includes") return given.includes(String(value));
  return given.length > 0 && COMPARE[comparison](Number(given.at(-1)), value);
}

function answer(fields, code) {
  const whole = fields[`q.${code}`] ?? [];
  if (whole.includes("na")) return [];
  return fields[`q.${code}.p`] ?? whole;
}

// `asks` in the order of the form, which shuffling does not change.
export function hideTheUnasked(asks, fields) {
  const known = {};
  for (const ask of asks) {
    const conditions = JSON.parse(ask.dataset.show ?? "[]");
    ask.hidden = !conditions.every((each) => holds(known[each[0]], each));
    if (!ask.hidden) known[ask.dataset.item] = answer(fields, ask.dataset.item);
  }
}

// "Does not apply" and an answer exclude each other.
export function settle(control) {
  const ask = control.closest("[data-item]");
  if (!ask || control.type === "radio" && control.value === "na") return;
  const box = ask.querySelector("input[type=checkbox][value=na]");
  if (control !== box) {
    if (box) box.checked = false;
  } else if (box.checked) {
    for (const other of ask.querySelectorAll("input, select"))
      if (other === box) continue;
      else if (other.type === "radio" || other.type === "checkbox") other.checked = false;
      else other.value = "";
  }
}

// How many of an item's fields have something in them: [filled, of how many].
export function filled(ask, fields) {
  const code = ask.dataset.item;
  if ((fields[`q.${code}`] ?? []).includes("na")) return [1, 1];
  const names = new Set(
    [...ask.querySelectorAll("[name]:not([type=checkbox][value=na])")].map((c) => c.name),
  );
  return [[...names].filter((name) => fields[name]).length, names.size];
}

export function shuffle(form, key) {
  let seed = 0;
  for (const sign of key) seed = (Math.imul(seed, 31) + sign.charCodeAt(0)) | 0;
  const chance = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  for (const part of form.querySelectorAll("[data-shuffle]")) {
    const steps = [...part.querySelectorAll("[data-step]")];
    // From the same order every time, so that the same key gives the same one.
    steps.sort((a, b) => (a.dataset.step < b.dataset.step ? -1 : 1));
    for (let last = steps.length - 1; last > 0; last--) {
      const other = Math.floor(chance() * (last + 1));
      [steps[last], steps[other]] = [steps[other], steps[last]];
    }
    part.append(...steps);
  }
}
