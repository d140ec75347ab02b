// The sheet as a whole: sending it, reckoning it, bringing it up to date after a window did its work.
import { toast } from "../common/toast.js";
import { fill, forgetSaved, saveEverything } from "./saving.js";

export async function sendAll(button) {
  button.setAttribute("aria-busy", "true");
  if (await saveEverything()) await window.htmx.ajax("POST", button.formAction, { source: button, target: "#dialog", swap: "innerHTML" });
  else toast("Показания не переданы: не всё введённое сохранено.", "bad");
  button.removeAttribute("aria-busy");
}

export async function calculate(event) {
  event.preventDefault();
  await saveEverything();
  await refresh({ calculate: "1" });
  const total = document.getElementById("total")?.textContent.replace(/\s+/g, " ").trim();
  if (total) toast(total);
}

export function refreshAfterWindows() {
  for (const name of ["readingsSent", "readingsChanged"]) document.body.addEventListener(name, () => refresh());
}

const PARTS = ["notices", "sheet", "progress"];

// The same page anew: its address keeps what was searched, filtered and turned to.
async function refresh(query = {}) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer) return toast("Нет связи с сервером. Проверьте подключение.", "bad");
  if (!answer.ok || answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const open = [...document.querySelectorAll("details.facility[open]")].map((facility) => facility.id);
  for (const id of PARTS) {
    const fresh = page.getElementById(id);
    const old = document.getElementById(id);
    if (fresh && old) old.replaceWith(fresh);
  }
  forgetSaved();
  fill(document);
  window.htmx.process(document.getElementById("sheet"));
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
}
