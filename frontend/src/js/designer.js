// The form designer works by buttons. Here: dragging with pointer or finger, Alt with an
// arrow key, what is moved is said aloud, and answers are offered for the chosen item only.

const designer = () => document.querySelector("[data-designer]");

// --- One press ---------------------------------------------------------------------------

function press(value) {
  const form = designer();
  const button = document.createElement("button");
  button.name = "do";
  button.value = value;
  button.hidden = true;
  form.append(button);
  form.requestSubmit(button);
  button.remove();
}

// --- What is moved is said aloud, and keeps the focus ---------------------------------------

let moved = null; // the code of the item, by the id of its button

function announce() {
  const form = designer();
  const opener = moved && document.getElementById(moved);
  moved = null;
  if (!form || !opener) return;
  const item = opener.closest("[data-item]");
  const items = [...form.querySelectorAll("[data-item]")];
  opener.focus();
  form.querySelector("[data-live]").textContent = form.dataset.moved
    .replace("[item]", item.dataset.title)
    .replace("[place]", items.indexOf(item) + 1)
    .replace("[count]", items.length);
}

document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const item = event.target.closest?.("[data-designer] [data-item]");
  if (!item) return;
  event.preventDefault();
  const up = event.key === "ArrowUp";
  const items = [...designer().querySelectorAll("[data-item]")];
  if (items.indexOf(item) === (up ? 0 : items.length - 1)) return;
  moved = item.querySelector("[data-open]").id;
  press(`${up ? "up" : "down"} ${item.dataset.item}`);
});

// --- Dragging ------------------------------------------------------------------------------

let drag = null;

const clear = () => {
  document.querySelectorAll(".drop-before, .drop-after, .drop-into").forEach((place) => {
    place.classList.remove("drop-before", "drop-after", "drop-into");
  });
};

// Where the dragged item would land: its section, and its place among the others there.
function landing(x, y) {
  const under = document.elementFromPoint(x, y);
  const section = under?.closest("[data-section]");
  const list = section?.querySelector("[data-items]");
  if (!list) return null;
  const others = [...list.children].filter((item) => item !== drag.item);
  const near = others.findIndex((item) => {
    const box = item.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  const place = near < 0 ? others.length : near;
  return { section: section.dataset.section, list, others, place };
}

function show(to) {
  clear();
  if (!to) return;
  if (!to.others.length) to.list.classList.add("drop-into");
  else if (to.place < to.others.length) to.others[to.place].classList.add("drop-before");
  else to.others.at(-1).classList.add("drop-after");
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || event.button) return;
  event.preventDefault();
  drag = { item: grip.closest("[data-item]"), to: null };
  drag.item.classList.add("is-dragged");
  grip.setPointerCapture(event.pointerId);
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const edge = 60;
  if (event.clientY < edge) scrollBy(0, -12);
  else if (event.clientY > innerHeight - edge) scrollBy(0, 12);
  drag.to = landing(event.clientX, event.clientY);
  show(drag.to);
});
function drop(keep) {
  if (!drag) return;
  const { item, to } = drag;
  drag = null;
  item.classList.remove("is-dragged");
  clear();
  if (!keep || !to) return;
  const at = [...to.list.children].indexOf(item);
  if (at === to.place) return; // where it was
  moved = item.querySelector("[data-open]").id;
  press(`place ${item.dataset.item} ${to.section} ${to.place}`);
}
document.addEventListener("pointerup", () => drop(true));
document.addEventListener("pointercancel", () => drop(false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") drop(false);
});

// --- Conditions, and choices that change what the form asks for --------------------------------

function narrow(condition) {
  const item = condition.querySelector("[data-if-item]");
  const answer = condition.querySelector("[data-if-answer]");
  const comparison = condition.querySelector("[data-if-comparison]");
  comparison.hidden = answer.hidden = !item.value;
  for (const group of answer.querySelectorAll("optgroup")) {
    const fits = group.querySelector("option").value.split(" ").slice(1).join(" ") === item.value;
    group.hidden = group.disabled = !fits;
  }
  if (answer.selectedOptions[0]?.parentElement.disabled) answer.value = "";
}
const narrowAll = () => document.querySelectorAll("[data-condition]").forEach(narrow);

document.addEventListener("change", (event) => {
  const condition = event.target.closest("[data-condition]");
  if (condition) narrow(condition);
  if (event.target.closest("[data-save-on-change]")) press("save");
});

// --- Nothing typed is lost by leaving ------------------------------------------------------------

let dirty = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("[data-designer], [data-guarded]")) dirty = true;
});
document.addEventListener("submit", () => (dirty = false), true);
addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});

// --- What was pressed stays in sight -------------------------------------------------------------

const outline = () => document.getElementById("outline");
let scrolled = 0;
let opens = false;

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-designer]")) return;
  scrolled = outline().scrollTop;
  opens = /^(open|new|copy|section-add)/.test(event.submitter?.value ?? "");
}, true);

function inSight() {
  outline().scrollTop = scrolled;
  outline().querySelector(".is-open [aria-current]")?.scrollIntoView({ block: "nearest" });
  const editor = document.getElementById("editor");
  const { top } = editor.getBoundingClientRect();
  if (opens && (top < 0 || top > innerHeight / 2)) editor.scrollIntoView();
  opens = false;
}

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  // The phone beside the editor is drawn anew while somebody types: that keeps nothing.
  if (!designer() || ctx.target?.id === "phone") return;
  narrowAll();
  inSight();
  announce();
});
narrowAll();
