// The code of the receipt, and a button that copies it.

export function showCode(within, copied) {
  const button = within.querySelector("button[data-copy]");
  const code = within.querySelector("[data-code]");
  if (!button) return;
  button.hidden = false;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // Without https there is no clipboard but this one.
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    button.textContent = copied;
  };
}

export function showReceipt(done, { code, state }, words) {
  const place = done.querySelector("[data-code]");
  if (!place) return;
  place.textContent = code;
  const counted = state === "complete" || state === "partial" ? "counted" : state;
  for (const each of done.querySelectorAll("p[data-state]"))
    each.hidden = each.dataset.state !== (counted === "erased" ? "withdrawn" : counted);
  showCode(done, words.copied);
}
