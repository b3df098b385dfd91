// Two comforts of campaigns: a long list of units is narrowed by typing, a sheet is printed.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrow-list]")) return;
  const words = event.target.value.trim().toLocaleLowerCase();
  for (const choice of event.target.closest("fieldset").querySelectorAll("[data-choice]")) {
    // What is ticked stays in sight: it counts, found or not.
    const ticked = choice.querySelector("input").checked;
    choice.hidden = !ticked && !choice.textContent.toLocaleLowerCase().includes(words);
  }
});
// Enter in that field would send the plan.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-narrow-list]")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
