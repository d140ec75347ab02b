// The fields as a column of a sheet: Enter and the arrows move, a column copied from Excel pastes.
import { saveFields } from "./saving.js";
import { SELECTOR } from "./selector.js";

export function fields() {
  return [...document.querySelectorAll(SELECTOR)].filter((field) => field.offsetParent !== null);
}

export function moveByKeys(event) {
  if (!event.target.matches?.(SELECTOR) || event.ctrlKey || event.altKey || event.metaKey) return;
  const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const column = fields();
  const next = column[column.indexOf(event.target) + step];
  if (next) {
    next.focus();
    next.select();
  } else if (step > 0) {
    event.target.blur();
    document.getElementById("send")?.focus();
  }
}

// The first cell of each line goes into this field and the ones below it; they are saved as one batch.
export function pasteColumn(event) {
  if (!event.target.matches?.(SELECTOR)) return;
  const text = event.clipboardData.getData("text/plain");
  const values = text
    .replace(/(\r?\n)+$/, "")
    .split(/\r?\n/)
    .map((line) => line.split("\t")[0].trim());
  if (values.length < 2 && !text.includes("\t")) return;
  event.preventDefault();
  const column = fields();
  const start = column.indexOf(event.target);
  const filled = column.slice(start, start + values.length).filter((field, n) => {
    if (!values[n]) return false;
    field.value = values[n];
    return true;
  });
  saveFields(filled);
  filled.at(-1)?.focus();
}
