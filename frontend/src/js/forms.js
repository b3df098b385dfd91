// Filters send themselves; a form is sent once; a file can be dropped; a text can be copied.
import { say } from "./messages.js";

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-auto-submit]") && event.target.matches("select, [type=checkbox], [type=radio]")) {
    form.requestSubmit();
  }
  if (event.target.matches(".drop input[type=file]")) named(event.target);
});

// A second press of the button would do the thing twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.closest("[hx-boost], [hx-post]")) return;
  if (form.matches("[data-download]")) return; // the page stays, and another format may follow
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});
// Coming back through the browser's history, the form is fresh again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
});

function named(input) {
  const label = input.closest(".drop").querySelector("[data-file-name]");
  label.textContent = input.files[0]?.name ?? label.dataset.fileName;
}

const zone = (event) => event.target.closest?.(".drop");
for (const type of ["dragenter", "dragover"]) {
  document.addEventListener(type, (event) => {
    if (!zone(event)) return;
    event.preventDefault();
    zone(event).classList.add("over-it");
  });
}
document.addEventListener("dragleave", (event) => zone(event)?.classList.remove("over-it"));
document.addEventListener("drop", (event) => {
  const drop = zone(event);
  if (!drop) return;
  event.preventDefault();
  drop.classList.remove("over-it");
  const input = drop.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  named(input);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).innerText;
  await navigator.clipboard.writeText(text);
  say("done", button.dataset.copied);
});

// A failed form: the summary takes the focus, so that it is read out and seen.
const focusSummary = (root) => root.querySelector?.("[data-form-errors]")?.focus();
focusSummary(document);
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target instanceof Element) focusSummary(ctx.target);
});
