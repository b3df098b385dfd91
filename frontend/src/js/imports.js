// The page of an import's columns: narrowing them without asking the server. What is hidden
// keeps its fields, so the form says the same as without a script.
const kinds = { "": "undecided", ignore: "left" };

function narrow(form) {
  const words = form.querySelector("[data-columns-find]").value.trim().toLocaleLowerCase();
  const show = form.querySelector("[data-columns-show][aria-pressed=true]")?.value ?? "all";
  let none = true;
  for (const row of form.querySelectorAll("[data-column]")) {
    const kind = row.querySelector("[data-column-kind]").value;
    const states = ["all", kinds[kind] ?? "used", row.classList.contains("wrong") ? "wrong" : "all"];
    row.hidden = !states.includes(show) || !row.dataset.column.toLocaleLowerCase().includes(words);
    none &&= row.hidden;
  }
  form.querySelector("[data-columns-none]").hidden = !none;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-columns-find]")) narrow(event.target.form);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-columns-show]");
  if (!button) return;
  event.preventDefault();
  for (const other of button.parentElement.children) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  narrow(button.form);
});
// Enter in the search would send the whole page.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-columns-find]")) event.preventDefault();
});
