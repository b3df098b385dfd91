// What went wrong with a fragment is said above the page; the page itself stays.

const place = () => document.getElementById("messages");

export function say(tone, text, title = "") {
  const template = document.getElementById("message-template");
  const message = template.content.querySelector(".message").cloneNode(true);
  message.className = `message message-${tone}`;
  message.querySelector("[data-title]").textContent = title;
  message.querySelector("[data-text]").textContent = text;
  show(message);
}

function show(message) {
  place().replaceChildren(message);
  message.scrollIntoView({ block: "nearest" });
}

// The page for 403, 404, 409 or 500 that came instead of the fragment.
function problemIn(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-problem]");
}

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const problem = ctx.response?.status >= 400 && problemIn(ctx.text);
  if (problem) {
    event.preventDefault();
    const sentences = [...problem.querySelectorAll("p")].map((p) => p.textContent.trim());
    say("short", sentences.join(" "), problem.querySelector("h1").textContent.trim());
  }
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx) say("soon", place().dataset.offline);
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".message").remove();
});
