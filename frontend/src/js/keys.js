// "/" searches, "g" then a letter goes somewhere, "j" and "k" walk the rows. Enter needs no
// code: the row's link has the focus.

const typing = (element) => element.closest("input, select, textarea, [contenteditable]");
let afterG = 0;

function walk(step) {
  const links = [...document.querySelectorAll("main .g-table tbody tr, main [data-row]")]
    .map((row) => row.querySelector("a[href], button"))
    .filter((link) => link?.checkVisibility());
  if (!links.length) return;
  const now = document.activeElement.closest("tr, [data-row]");
  const at = links.findIndex((link) => now?.contains(link));
  const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function go(key) {
  document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (Date.now() - afterG < 1000) {
    afterG = 0;
    go(event.key);
  } else if (event.key === "g") {
    afterG = Date.now();
  } else if (event.key === "/") {
    event.preventDefault();
    document.querySelector("[data-search]")?.focus();
  } else if (event.key === "j" || event.key === "k") {
    walk(event.key === "j" ? 1 : -1);
  }
});
