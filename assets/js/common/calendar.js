// The calendar of a typed date: the browser's own, opened by a button beside the field. Without this script the date is typed.
import { matching, onLoad } from "./load.js";

function enhance(root) {
  for (const button of matching(root, "[data-calendar]")) {
    const typed = button.previousElementSibling;
    button.hidden = false;
    button.setAttribute("aria-label", `Календарь: ${typed.labels[0]?.firstChild.textContent.trim() ?? "дата"}`);
    button.addEventListener("click", () => open(typed, button));
  }
}

function open(typed, button) {
  const native = button.nextElementSibling ?? nativeFor(typed, button);
  native.value = isoOf(typed.value);
  if (navigator.userActivation?.isActive === false) typed.focus(); // pressed by a script: browsers open nothing for it
  else native.showPicker();
}

function nativeFor(typed, button) {
  const native = document.createElement("input");
  native.type = "date";
  native.className = "date__native";
  native.tabIndex = -1;
  native.setAttribute("aria-hidden", "true");
  native.addEventListener("input", () => {
    if (native.value) typed.value = native.value.split("-").reverse().join(".");
    typed.dispatchEvent(new Event("change", { bubbles: true }));
  });
  button.after(native);
  return native;
}

// Empty for what is no date: the calendar then opens at today.
function isoOf(text) {
  const [, day, month, year] = /^\s*(\d{1,2})\.(\d{1,2})\.(\d{4})\s*$/.exec(text) ?? [];
  return year ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : "";
}

onLoad(enhance);
