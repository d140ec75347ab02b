// The end of a session: two minutes before, a dialog offers to go on; after it, to sign in. What was typed stays on the
// page beneath: where something is typed, one signs in in another tab and comes back. The server alone knows when the
// session ends (other tabs' acts count): it is asked before anything is shown, by an address that never renews.
import { toast } from "./toast.js";

const dialog = document.getElementById("session-end");
const part = (name) => dialog.querySelector(`[data-${name}]`);
const ASK_EVERY = 15_000;
const SAID_AT = [60, 30, 10];

let token = "";
let endsAt = 0;
let timer = 0;
let clock = 0;
let askedAt = 0;

const secondsLeft = () => Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));
const warned = () => Number(dialog.dataset.warned);

function wait(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(ask, Math.max(1000, milliseconds));
}

// Null where no answer came.
async function request(url, options) {
  const headers = { "X-Requested-With": "fetch", "X-CSRFToken": token };
  return fetch(url, { ...options, headers, signal: AbortSignal.timeout(10_000) }).catch(() => null);
}

async function ask() {
  askedAt = Date.now();
  const answer = await request(dialog.dataset.stateUrl);
  if (answer?.status === 401) show("ended");
  else if (answer?.ok) take(await answer.json());
  else wait(ASK_EVERY);
}

function take(answer) {
  if (String(answer.user) !== dialog.dataset.user) return show("other");
  const again = dialog.open && dialog.dataset.state === "ended";
  endsAt = Date.now() + answer.seconds * 1000;
  useToken(answer.token);
  if (answer.seconds <= warned()) return show("ending");
  close();
  if (again) toast("Вы снова вошли. Можно продолжать.");
  return wait((answer.seconds - warned()) * 1000);
}

// A sign-in in another tab made a new token: the page's forms take it.
function useToken(fresh) {
  token = fresh;
  for (const input of document.getElementsByName("csrfmiddlewaretoken")) input.value = fresh;
  if (document.body.hasAttribute("hx-headers")) {
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
  }
}

function show(state) {
  const isNews = !dialog.open || dialog.dataset.state !== state;
  dialog.dataset.state = state;
  for (const element of dialog.querySelectorAll("[data-when]")) element.hidden = element.dataset.when !== state;
  clearInterval(clock);
  clearTimeout(timer);
  if (state === "ending") {
    clock = setInterval(tick, 1000);
    tick();
  } else if (state === "ended") leadToSignIn();
  if (!dialog.open) dialog.showModal();
  if (isNews) dialog.querySelector('[data-when]:is(button, a):not([hidden])').focus();
}

function close() {
  clearInterval(clock);
  part("problem").hidden = true;
  if (dialog.open) dialog.close();
}

function tick() {
  const left = secondsLeft();
  part("left").textContent = words(left);
  if (SAID_AT.includes(left)) part("voice").textContent = `Сеанс завершится через ${words(left)}`;
  if (left === 0 || Date.now() - askedAt >= ASK_EVERY) ask();
}

function words(seconds) {
  const minutes = Math.floor(seconds / 60);
  return minutes ? `${minutes} мин ${seconds % 60} с` : `${seconds} с`;
}

async function goOn() {
  part("problem").hidden = true;
  const answer = await request(dialog.dataset.renewUrl, { method: "POST" });
  if (answer?.ok) take(await answer.json());
  else if (answer) ask(); // the session is over, or the token is of before
  else part("problem").hidden = false;
}

function leadToSignIn() {
  const unsaved = hasUnsaved();
  const next = unsaved ? dialog.dataset.backUrl : location.pathname + location.search;
  const link = part("sign-in");
  link.href = `${dialog.dataset.signInUrl}?next=${encodeURIComponent(next)}`;
  link.target = unsaved ? "_blank" : "";
  part("unsaved").hidden = !unsaved;
}

// Readings are kept in the browser by themselves (readings/kept.js).
function hasUnsaved() {
  const forms = [...document.forms].filter((form) => form.method === "post" && !form.closest("#sheet, #session-end"));
  // Wagtail's editor keeps what it holds past the fields: always there.
  return forms.some((form) => "editForm" in form.dataset || [...form.elements].some(isChanged));
}

function isChanged(field) {
  if (field.type === "hidden" || field.type === "submit") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue;
}

function start() {
  endsAt = Date.now() + Number(dialog.dataset.seconds) * 1000;
  wait((Number(dialog.dataset.seconds) - warned()) * 1000);
  part("go-on").addEventListener("click", goOn);
  part("reload").href = location.href;
  // Escape is an act of a person too; what has ended stays over the page.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (dialog.dataset.state === "ending") goOn();
  });
  // Timers sleep with the computer and in tabs behind.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (dialog.open || secondsLeft() <= warned())) ask();
  });
  document.addEventListener("htmx:responseError", ({ detail }) => detail.xhr.status === 401 && show("ended"));
}

if (dialog) start();
