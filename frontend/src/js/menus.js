// Menus and dialogs are the browser's own; two comforts on top.

// A long list of choices is narrowed by typing.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrow]")) return;
  const words = event.target.value.trim().toLocaleLowerCase();
  for (const choice of event.target.closest(".menu").querySelectorAll("[data-choice]")) {
    choice.hidden = !choice.textContent.toLocaleLowerCase().includes(words);
  }
});
document.addEventListener("toggle", (event) => {
  if (event.newState !== "open") return;
  const input = event.target.querySelector?.("[data-narrow]");
  (input ?? event.target.querySelector?.("[aria-current]"))?.focus();
}, true);

// A menu whose choices come late: they take the focus where nobody has to tap a keyboard away.
document.addEventListener("htmx:after:swap", () => {
  const menu = document.querySelector(".menu:popover-open");
  if (!menu || menu.contains(document.activeElement) || !matchMedia("(hover: hover)").matches) return;
  (menu.querySelector(".find [type=search]") ?? menu.querySelector("[aria-current]"))?.focus();
});

// <a href="#leave" data-dialog>: the dialog named by the link opens above the page.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-dialog]");
  if (link) {
    event.preventDefault();
    document.querySelector(link.hash).showModal();
  } else if (event.target.closest("[data-close-dialog]")) {
    const dialog = event.target.closest("dialog");
    if (dialog.open) event.preventDefault();
    dialog.close();
  }
});
