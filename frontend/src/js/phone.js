// Telephone entry: what skip logic leaves out is not shown, and the time taken is counted.
// The server decides again what was asked; without this script everything stays in sight.

const given = (form, item) => {
  const kind = item.dataset.kind;
  const side = { pair: ".p", zone: ".p" }[kind] ?? "";
  return new FormData(form).getAll(`q.${item.dataset.item}${side}`).map(Number);
};

const holds = (form, [code, comparison, value]) => {
  const item = form.querySelector(`[data-item="${CSS.escape(code)}"]`);
  if (!item || item.hidden) return false;
  const said = given(form, item).filter(Number.isFinite);
  if (comparison === "includes") return said.includes(value);
  const one = said.at(-1);
  if (one === undefined) return false;
  return {
    is: one === value,
    is_not: one !== value,
    at_least: one >= value,
    at_most: one <= value,
  }[comparison];
};

const show = (form) => {
  for (const item of form.querySelectorAll("[data-show-if]")) {
    item.hidden = !JSON.parse(item.dataset.showIf).every((each) => holds(form, each));
  }
};

for (const form of document.querySelectorAll("[data-call]")) {
  const begun = Date.now();
  show(form);
  form.addEventListener("change", () => show(form));
  form.addEventListener("submit", () => {
    form.querySelector("[data-seconds]").value = Math.round((Date.now() - begun) / 1000);
  });
}
