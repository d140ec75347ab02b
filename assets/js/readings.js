// «Передача показаний»: saving on leaving a field, moving by keys, pasting a column, sending,
// the warning on leaving. Without this script the page's own form does the same work.
import { moveByKeys, pasteColumn } from "./readings/grid.js";
import { warnOnLeaving } from "./readings/leaving.js";
import { calculate, refreshAfterWindows, sendAll } from "./readings/sheet.js";
import { restoreKept, save, saveOnLeaving } from "./readings/saving.js";

const form = document.getElementById("readings-form");

function onSubmit(event) {
  if (event.target !== document.getElementById("readings-form")) return;
  event.preventDefault();
  const pressed = event.submitter;
  if (pressed?.id === "send") sendAll(pressed);
  else if (pressed?.name?.startsWith("c")) save({ [pressed.name]: pressed.value }, pressed.name.slice(1));
}

if (form) {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", moveByKeys);
  document.addEventListener("paste", pasteColumn);
  saveOnLeaving();
  refreshAfterWindows();
  warnOnLeaving();
  restoreKept();
  document.getElementById("calculate")?.addEventListener("click", calculate);
}
