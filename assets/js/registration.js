// Registration beside the check-box «Я не робот»: the form waits while it computes, the reader is led to it
// when it was left out, and the way past it appears where it fails.
import { announce } from "./common/announce.js";

const WAIT = "Подождите: идёт проверка";
const widget = document.querySelector("altcha-widget");
const form = widget?.closest("form");
let held = null;

const box = () => widget.querySelector('[type="checkbox"]');
const error = () => widget.parentElement.querySelector(".errorlist");

function onSubmit(event) {
  const other = event.submitter?.name; // «Подтвердить кодом» does without the mark
  if (other || widget.getState?.() !== "verifying") return;
  event.preventDefault();
  if (!held) hold(event.submitter ?? form.querySelector(".btn--primary"));
}

function hold(button) {
  held = { button, words: button.textContent };
  button.textContent = WAIT;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  announce(WAIT);
}

function release() {
  const { button, words } = held;
  held = null;
  button.textContent = words;
  button.removeAttribute("aria-busy");
  button.removeAttribute("aria-disabled");
  return button;
}

function offerWayPast() {
  const way = form.querySelector("[data-way-past]");
  way.disabled = false;
  way.hidden = false;
}

function onState({ detail }) {
  if (detail.state === "verifying") hideMissing();
  if (detail.state === "error") offerWayPast();
  if (!held || ["verifying", "verified"].includes(detail.state)) return;
  release();
  box().focus();
}

// The answer lies in the form only now.
function onVerified() {
  if (held) form.requestSubmit(release());
}

function hideMissing() {
  box().removeAttribute("aria-invalid");
  box().removeAttribute("aria-describedby");
  error()?.remove();
}

function showMissing() {
  if (!error()) return;
  box().setAttribute("aria-invalid", "true");
  box().setAttribute("aria-describedby", error().id);
  if (document.activeElement === document.body) box().focus();
}

if (form) {
  form.addEventListener("submit", onSubmit);
  widget.addEventListener("statechange", onState);
  widget.addEventListener("verified", onVerified);
  if (box()) showMissing();
  else widget.addEventListener("load", showMissing, { once: true });
  window.addEventListener("load", () => customElements.get("altcha-widget") ?? offerWayPast());
}
