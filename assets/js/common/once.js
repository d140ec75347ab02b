// A form is not sent twice: its button waits for the answer. A form whose answer is a file, which the
// page never sees arrive, says `data-repeatable`.
const waiting = new WeakMap();

function hold(form, button) {
  waiting.set(form, button ?? null);
  button?.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-disabled", "true");
}

function release(form) {
  const button = waiting.get(form);
  button?.removeAttribute("aria-busy");
  button?.removeAttribute("aria-disabled");
  waiting.delete(form);
}

function onSubmit(event) {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-repeatable")) return;
  if (waiting.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else {
    const button = event.submitter ?? form.querySelector('[type="submit"], button:not([type])');
    // After the other listeners: one of them may still stop the sending.
    setTimeout(() => (event.defaultPrevented && !isHtmx(form) ? null : hold(form, button)));
  }
}

function isHtmx(form) {
  return form.hasAttribute("hx-post");
}

document.addEventListener("submit", onSubmit, true);
document.addEventListener("htmx:afterRequest", (event) => release(event.detail.elt));
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(release);
});
