// «Передача показаний»: saving on leaving a field, moving by keys, pasting a column, sending,
// the warning on leaving. Without this script the page's own form does the same work.
import { moveByKeys, pasteColumn } from "./readings/grid.js";
import { warnOnLeaving } from "./readings/leaving.js";
import { openMonths } from "./readings/months.js";
import { tellElsewhere } from "./readings/notices.js";
import { calculate, refreshAfterWindows, sendAll } from "./readings/sheet.js";
import { restoreKept, save, saveOnLeaving } from "./readings/saving.js";

function onSubmit(event) {
  if (event.target !== document.getElementById("readings-form")) return;
  event.preventDefault();
  const pressed = event.submitter;
  if (pressed?.id === "send") sendAll(pressed);
  else if (pressed?.name?.startsWith("c")) save({ [pressed.name]: pressed.value }, pressed.name.slice(1));
}

tellElsewhere();
if (document.getElementById("readings-form")) {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", moveByKeys);
  document.addEventListener("paste", pasteColumn);
  document.addEventListener("click", (event) => event.target.closest("#calculate") && calculate(event));
  document.addEventListener("click", openMonths); // before the warning on leaving: nobody leaves
  saveOnLeaving();
  refreshAfterWindows();
  warnOnLeaving();
  restoreKept();
}
