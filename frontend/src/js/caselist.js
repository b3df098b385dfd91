// Ticking rows: "x" ticks the one that has the focus, one box in the head ticks them all.

const boxes = (form) => [...form.querySelectorAll("tbody input[type=checkbox]")];

document.addEventListener("keydown", (event) => {
  if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
  const focused = document.activeElement;
  if (focused.matches("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
  focused.closest("[data-row]")?.querySelector("input[type=checkbox]")?.click();
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form:has([data-tick-all])");
  if (!form) return;
  const all = form.querySelector("[data-tick-all]");
  if (event.target === all) {
    for (const box of boxes(form)) box.checked = all.checked;
  } else {
    all.checked = boxes(form).every((box) => box.checked);
  }
});

// The box in the head does nothing without a script, so it is hidden until one runs.
const show = (root) => root.querySelectorAll?.("[data-tick-all]").forEach((box) => (box.hidden = false));
show(document);
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target) show(document);
});
