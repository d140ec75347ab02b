// Windows. A link with `data-window` (or any htmx swap into #dialog) opens its page in the one <dialog>;
// without JavaScript the same link opens the same window as a page.
import { focusFirstWrong } from "./focus.js";
import { toast } from "./toast.js";

const dialog = document.getElementById("dialog");
let opener = null;

function openWindow() {
  if (!dialog.open) dialog.showModal();
  if (focusFirstWrong(dialog)) return;
  const first = dialog.querySelector("[autofocus]") ?? dialog.querySelector("#dialog-title");
  first?.focus();
}

function isWholePage(text) {
  return /^\s*<!doctype/i.test(text);
}

// A link of a popover is gone when its window closes: the focus goes back to the popover's button.
function stays(link) {
  const popover = link.closest("[popover]");
  return popover ? document.querySelector(`[popovertarget="${popover.id}"]`) : link;
}

function fetchWindow(link) {
  if (!dialog.open) opener = link;
  link.setAttribute("aria-busy", "true");
  window.htmx
    .ajax("GET", link.getAttribute("href"), { source: link, target: "#dialog", swap: "innerHTML" })
    .finally(() => link.removeAttribute("aria-busy"));
}

function onClick(event) {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const link = event.target.closest("a[data-window]");
  if (link && plain && window.htmx) {
    event.preventDefault();
    fetchWindow(link);
  } else if (event.target.closest("[data-dialog-close]") && dialog.open) {
    event.preventDefault();
    dialog.close();
  } else if (event.target === dialog && outside(event)) {
    dialog.close();
  }
}

// A press on the backdrop hits the dialog itself, outside its box.
function outside(event) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

// A form inside a window is sent by htmx, so that its errors come back into the window.
function sendInPlace(event) {
  const form = event.detail.elt;
  if (!dialog.contains(form) || form.tagName !== "FORM" || form.method !== "post") return;
  if (!form.hasAttribute("hx-post")) form.setAttribute("hx-post", form.getAttribute("action"));
}

// htmx hears only the buttons inside their form; those of a window stand in its footer.
function nameButton({ detail }) {
  const button = detail.triggeringEvent?.submitter;
  if (button?.name) detail.formData.set(button.name, button.value);
}

// A refusal fills the window that was to open, and is a toast elsewhere: what was typed on the page or in the
// window stays.
// A whole page (sign-in, a redirect after success) is never squeezed into a fragment: the browser goes there.
function beforeSwap({ detail }) {
  const text = detail.xhr.responseText;
  if (detail.xhr.status >= 400 && text.includes("data-refusal")) {
    detail.isError = false;
    const opens = detail.target === dialog && detail.requestConfig.verb === "get";
    detail.shouldSwap = opens && !isWholePage(text);
    if (!detail.shouldSwap) toast(reasonIn(text), "bad");
  } else if (detail.shouldSwap && isWholePage(text)) {
    detail.shouldSwap = false;
    window.location.assign(detail.xhr.responseURL);
  }
}

function reasonIn(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.querySelector("[data-refusal]").textContent.trim();
}

// A part of the window was replaced with what was focused in it: the reader starts at the window's title.
function keepFocus() {
  if (!dialog.contains(document.activeElement)) dialog.querySelector("#dialog-title")?.focus();
}

if (dialog) {
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:beforeProcessNode", sendInPlace);
  document.addEventListener("htmx:configRequest", nameButton);
  document.addEventListener("htmx:beforeSwap", beforeSwap);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === dialog && !dialog.open) opener = stays(event.detail.elt);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === dialog) openWindow();
    else if (event.detail.xhr.status === 422) focusFirstWrong(event.detail.target);
    else if (dialog.open) keepFocus();
  });
  document.addEventListener("closeDialog", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    if (opener?.isConnected) opener.focus();
    opener = null;
  });
}

// A page that came back with errors starts at the first wrong field.
focusFirstWrong(document);
