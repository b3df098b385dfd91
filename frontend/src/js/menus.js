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
