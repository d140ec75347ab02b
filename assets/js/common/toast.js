// Short news at the corner, read aloud. The server sends `HX-Trigger: {"toast": {"message": "…"}}`;
// modules call `toast()`.
const region = document.getElementById("toasts");
const SECONDS = 7;

export function toast(message, tone = "ok") {
  const template = document.getElementById(`toast-${tone}`);
  if (!region || !template) return;
  const item = template.content.firstElementChild.cloneNode(true);
  item.querySelector("p").textContent = message;
  item.querySelector("button").addEventListener("click", () => remove(item));
  region.append(item);
  raise();
  if (tone !== "bad") leaveLater(item);
}

// A popover shown last lies above an open dialog.
function raise() {
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
}

function remove(item) {
  item.remove();
  if (!region.childElementCount && region.matches(":popover-open")) region.hidePopover();
}

// It stays while it is pointed at or focused.
function leaveLater(item) {
  setTimeout(() => (item.matches(":hover, :focus-within") ? leaveLater(item) : remove(item)), SECONDS * 1000);
}

// An answer in plain text is a sentence for the person; any other is not meant to be read.
function refusal(xhr) {
  const plain = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
  return (plain && xhr.responseText) || "Не удалось выполнить действие. Повторите попытку.";
}

document.addEventListener("toast", ({ detail }) => toast(detail.message));
document.addEventListener("htmx:responseError", ({ detail }) => {
  const told = detail.xhr.status === 401 && document.getElementById("session-end"); // by its own dialog
  if (!told) toast(refusal(detail.xhr), "bad");
});
document.addEventListener("htmx:sendError", () => toast("Нет связи с сервером. Проверьте подключение.", "bad"));
