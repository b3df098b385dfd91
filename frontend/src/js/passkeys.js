// allauth's own script talks to the browser about passkeys; here its failures become words.
import { say } from "./messages.js";

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const sentences = document.getElementById("messages").dataset;
  const name = event.detail.exception.name;
  if (name === "InvalidStateError") say("soon", sentences.passkeyKnown);
  else say("soon", name === "NotAllowedError" ? sentences.passkeyStopped : sentences.passkeyFailed);
});
