// «Показания не переданы в расчет»: asked only while something typed is really unsent.
import { isKept, isSaving } from "./saving.js";

let leaving = false;
const unsent = () =>
  !leaving && (isSaving() || isKept() || Number(document.getElementById("sheet")?.dataset.unsent) > 0);

export function warnOnLeaving() {
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  window.addEventListener("beforeunload", (event) => {
    // The browser asks only a person who has touched the page, and complains otherwise.
    if (unsent() && navigator.userActivation?.hasBeenActive !== false) event.preventDefault();
  });
}

function onClick(event) {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.matches("[data-safe]")) leaving = true; // to sign-in and back: what is kept is sent then
  const elsewhere = link.origin === location.origin && link.pathname !== location.pathname;
  if (!elsewhere || link.target === "_blank" || link.hasAttribute("download") || link.closest("dialog")) return;
  if (unsent()) ask(event, isKept() ? "kept" : "saved", () => link.click());
}

function onSubmit(event) {
  const form = event.target;
  if (form.id === "readings-form" || form.closest("dialog") || event.defaultPrevented) return;
  if (!unsent()) return;
  const words = isKept() ? (form.matches("[data-sign-out]") ? "erased" : "kept") : "saved";
  ask(event, words, () => form.requestSubmit(event.submitter), () => form.reset());
}

// `stay` puts back what was chosen: the page still shows what it showed.
function ask(event, words, go, stay = () => {}) {
  event.preventDefault();
  event.stopPropagation();
  const dialog = document.getElementById("dialog");
  dialog.replaceChildren(document.getElementById("leave-window").content.cloneNode(true));
  for (const text of dialog.querySelectorAll("[data-when]")) text.hidden = text.dataset.when !== words;
  dialog.querySelector("[data-stay]").addEventListener("click", () => dialog.close());
  dialog.querySelector("[data-leave]").addEventListener("click", () => {
    leaving = true;
    dialog.close();
    go();
  });
  dialog.addEventListener("close", () => leaving || stay(), { once: true });
  dialog.showModal();
}
