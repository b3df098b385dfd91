// Answering without a pointer: digits choose, Enter goes on.
const TYPED = "textarea, select, input:not([type=radio]):not([type=checkbox])";
const PATIENCE = 700; // between the 1 and the 0 of a 10

export function keys(current, next) {
  let before = null;

  const groups = () =>
    [...current().querySelectorAll(".aw-scale, .aw-options")].filter((g) => g.offsetParent);

  function choose(group, digits) {
    const inputs = [...group.querySelectorAll("input:not([value=na])")];
    const wanted = group.matches(".aw-scale")
      ? inputs.find((input) => input.value === digits)
      : inputs[Number(digits) - 1];
    if (!wanted) return false;
    wanted.click();
    const open = groups().find((g) => !g.querySelector(":checked"));
    (open?.querySelector("input") ?? wanted).focus({ focusVisible: true });
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (document.querySelector("dialog[open]") || !current()) return;
    if (event.key === "Enter" && !event.target.closest("a, button, textarea")) {
      event.preventDefault();
      next();
    }
    if (!/^[0-9]$/.test(event.key) || event.target.closest(TYPED)) return;
    const ten = before && event.key === "0" && Date.now() - before.at < PATIENCE;
    if (ten && choose(before.group, `${before.digit}0`)) return;
    const all = groups();
    const group =
      all.find((g) => g.contains(event.target)) ??
      all.find((g) => !g.querySelector(":checked")) ??
      all[0];
    if (group && choose(group, event.key))
      before = { group, digit: event.key, at: Date.now() };
  });
}
