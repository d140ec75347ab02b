// Short news at the corner, read aloud. The server sends `HX-Trigger: {"toast": "…"}` or
// `{"toast": {"message": "…", "tone": "bad"}}`; modules call `toast()`.
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

function refusal(status) {
  if (status === 403) return "Это действие вам не разрешено.";
  if (status === 404) return "Запись не найдена: возможно, её уже удалили.";
  if (status === 429) return "Слишком много попыток. Подождите немного и повторите.";
  return "Не удалось выполнить действие. Повторите попытку.";
}

document.addEventListener("toast", ({ detail }) => {
  toast(detail.message ?? detail.value, detail.tone);
});
document.addEventListener("htmx:responseError", ({ detail }) => toast(refusal(detail.xhr.status), "bad"));
document.addEventListener("htmx:sendError", () => toast("Нет связи с сервером. Проверьте подключение.", "bad"));
