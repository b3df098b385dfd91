// What was typed into the form behind a QR code stays on the device until it was sent.
import { kept } from "./keeping.js";
import { showCode } from "./receipt.js";

const LAST = "last report";
const HIDDEN = new Set(["csrfmiddlewaretoken", "language", "website", "photos"]);

export function reporting() {
  const form = document.querySelector("form[data-draft]");
  const place = `report:${form.dataset.draft}`;
  const draft = kept(place);
  const said = draft.read();
  // After an error the page comes back with everything; before, the device has it.
  if (said && !document.querySelector(".aw-summary")) fill(form, said.fields);
  kept(LAST).write({ place });
  form.addEventListener("input", () => {
    const fields = [...new FormData(form)].filter(([name]) => !HIDDEN.has(name));
    draft.write({ fields });
    form.querySelector("[data-saying]").textContent = form.dataset.kept;
  });
  form.addEventListener("submit", () => {
    // A second touch would be the same report; it need not be sent.
    const button = form.querySelector("button[type=submit]");
    setTimeout(() => (button.disabled = true));
    addEventListener("pageshow", () => (button.disabled = false), { once: true });
  });
}

function fill(form, fields) {
  for (const box of form.querySelectorAll("[type=radio], [type=checkbox]"))
    box.checked = fields.some(([name, value]) => name === box.name && value === box.value);
  for (const [name, value] of fields) {
    const place = form.elements.namedItem(name);
    if (place instanceof HTMLElement && !/radio|checkbox|file/.test(place.type))
      place.value = value;
  }
}

export function reported() {
  const place = kept(LAST).read()?.place;
  if (place) kept(place).forget();
  kept(LAST).forget();
  showCode(document, document.body.dataset.copy);
}
