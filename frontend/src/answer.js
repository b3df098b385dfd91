// The customer's page. Without this script it is one long form that works; with it, one
// question at a time, kept on the device and handed in exactly once.
import { kept } from "./answer/keeping.js";
import { questionnaire } from "./answer/questionnaire.js";
import { returning } from "./answer/kiosk.js";
import { showCode } from "./answer/receipt.js";
import { reported, reporting } from "./answer/reporting.js";

const { page, door } = document.body.dataset;

if (page === "form") questionnaire();
if (page === "received") showCode(document, document.body.dataset.copy);
if (page === "report") reporting();
if (page === "reported") reported();
if (page === "nothing" && kept(door).read()?.receipt) {
  document.querySelector("[data-code]").textContent = kept(door).read().receipt.code;
  document.querySelector("[data-kept]").hidden = false;
}
if (page !== "form") returning();
