// The evidence drawer: a link with hx-target="#drawer" fills it; Esc empties it and gives the
// focus back. The row it speaks of stays marked.

const drawer = document.getElementById("drawer");
let opener = null;

const row = (link) => link?.closest("tr, [data-row]");

function mark(link) {
  document.querySelectorAll(".sel").forEach((other) => other.classList.remove("sel"));
  row(link)?.classList.add("sel");
}

function opened(link) {
  mark(link);
  opener = link;
  drawer.scrollTop = 0;
  (drawer.querySelector("h2") ?? drawer).focus({ preventScroll: true });
}

function close() {
  if (!drawer?.childElementCount) return false;
  drawer.replaceChildren();
  mark(null);
  // The table may have been drawn again meanwhile; the link is then another one.
  const back = opener?.isConnected ? opener : opener?.id && document.getElementById(opener.id);
  back?.focus();
  opener = null;
  return true;
}

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (drawer && ctx.target === drawer && drawer.childElementCount) {
    opened(drawer.contains(ctx.sourceElement) ? opener : ctx.sourceElement);
  }
});

document.addEventListener("click", (event) => {
  if (drawer && event.target.closest("[data-close-drawer]") && close()) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open], :popover-open")) close();
});
